"""The consent form of a dose: whom, what was asked and answered, what was advised, where to sign."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest

from services.screening.desk.consent_form import answers_of
from services.screening.desk.queries import history
from services.screening.rules import loading
from shared.kit.office import pdf
from tests.screening.test_service import ANNA, screen, someone
from tests.support.one_language import chinese_in, latin_in
from tests.support.papers import pages_of, text_of
from tests.support.part import PartUnderTest
from tests.support.reactions import reaction
from tests.support.workbooks import person, roster

HERE = f"/residents/{ANNA}"
FORM = f"{HERE}/consent-form.pdf"
NUMBER = "stadium-20240402-1"
BO = uuid.UUID(int=7)


@pytest.fixture
def desk(tmp_path: Path) -> PartUnderTest:
    desk = PartUnderTest(tmp_path, "screening")
    desk.at("2024-04-02T09:30")
    desk.hears("registration", "ResidentRegistered", **someone(ANNA))
    return desk


def form(desk: PartUnderTest, language: str = "zh", address: str = FORM) -> str:
    wanted = desk.http.bearer(desk.http.person, **{"Accept-Language": language})
    answer = desk.http.client.get(address, headers=wanted | {"Accept": "text/html"})
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "application/pdf"
    assert pages_of(answer.data) == 1
    return " ".join(text_of(answer.data).split())


def plain(text: str) -> str:
    return "".join(text.split())


def test_the_form_says_whom_what_was_asked_and_what_was_advised(desk: PartUnderTest):
    assert screen(desk, temperature=36.4).status_code == 200
    said = plain(form(desk))
    for each in ("女", "1980年1月1日", "第一剂", "36.4", "建议接种", "plan-2024.2", "tester"):
        assert each in said, each
    for question in loading.current().questions:
        asked = question.asked.above_oldest is not True and question.asked.moved is not True
        assert (plain(question.zh) in said) == asked, question.code
    assert "受种者或监护人签名" in said
    assert "医生签名" in said


def test_what_was_answered_yes_and_why_it_was_advised_against(desk: PartUnderTest):
    screen(desk, temperature=38.2, severe_allergy=True)
    said = plain(form(desk))
    assert "不宜接种" in said
    assert "疫苗严重过敏史" in said
    assert "38.2" in said
    asked = next(each for each in loading.current().questions if each.code == "severe_allergy")
    assert f"{plain(asked.zh)}是" in said
    assert said.count("否") >= 8


def test_a_deferral_says_until_when(desk: PartUnderTest):
    screen(desk, temperature=38.2)
    said = plain(form(desk))
    assert "推迟接种" in said
    assert "4月9日" in said


def test_the_form_is_in_the_language_of_who_reads_it(desk: PartUnderTest):
    screen(desk)
    said = form(desk, "en")
    for each in ("Informed consent", "first dose", "cleared", "Fever", "Signature of"):
        assert each.lower() in said.lower(), each
    assert chinese_in(said) == []
    known = ("tester", "plan", "stadium", NUMBER)
    assert latin_in(form(desk), *known) == []


def test_the_number_is_of_site_day_and_screening_and_stands_on_the_page_too(desk: PartUnderTest):
    screen(desk)
    [event] = desk.events("ResidentCleared")
    assert event
    assert NUMBER in form(desk)
    page = desk.http.page(HERE).text
    assert NUMBER in page
    assert FORM in page


def test_the_same_screening_makes_the_same_bytes(desk: PartUnderTest):
    screen(desk)
    assert desk.http.page(FORM).data == desk.http.page(FORM).data


def test_before_a_screening_there_is_no_form(desk: PartUnderTest):
    answer = desk.http.page(FORM)
    assert answer.status_code == 409
    assert "还没有筛查" in answer.text
    assert FORM not in desk.http.page(HERE).text


def test_a_withdrawn_clearance_is_said_with_its_reason(desk: PartUnderTest):
    screen(desk)
    desk.http.post(f"/api{HERE}/clearance/withdraw", {"reason": "本人感到不适"})
    said = plain(form(desk))
    assert "建议接种已撤回" in said
    assert "本人感到不适" in said


CONSENT = ("同意接种", "不同意接种", "受种者或监护人签名")


@pytest.mark.parametrize("answers", [{"temperature": 38.2}, {"severe_allergy": True}])
def test_who_is_not_cleared_is_offered_no_consent(desk: PartUnderTest, answers: dict[str, Any]):
    screen(desk, **answers)
    said = plain(form(desk))
    assert [each for each in CONSENT if each in said] == []
    for each in ("医生已告知以上结果", "被告知人签名", "医生签名"):
        assert each in said, each
    assert "to be vaccinated" not in form(desk, "en")


def test_the_form_of_a_withdrawn_clearance_says_so_first_and_offers_no_consent(
    desk: PartUnderTest,
):
    screen(desk)
    assert "□同意接种" in plain(form(desk))
    desk.http.post(f"/api{HERE}/clearance/withdraw", {"reason": "本人感到不适"})
    said = plain(form(desk))
    box = said[said.index("医学建议") :]
    assert box.startswith("医学建议结论已撤回（原为建议接种）")
    assert "有效至" not in box
    assert [each for each in CONSENT if each in said] == []


def test_a_clearance_that_a_fever_took_the_place_of_is_signed_no_more(desk: PartUnderTest):
    screen(desk)
    screen(desk, temperature=38.2)
    said = plain(form(desk, address=f"{FORM}?screening=1"))
    assert "结论已失效（原为建议接种）" in said
    assert "□同意接种" not in said


def test_every_screening_has_its_own_form(desk: PartUnderTest):
    screen(desk, temperature=38.2)
    desk.at("2024-04-09T09:30")
    screen(desk, temperature=36.4)
    assert "36.4" in form(desk)
    assert "38.2" in form(desk, address=f"{FORM}?screening=1")
    last = "stadium-20240409-2"
    assert last in form(desk, address=f"{FORM}?screening=2")
    page = desk.http.page(HERE).text
    for number in (1, 2):
        assert f'{FORM}?screening={number}"' in page, number


def test_the_form_of_the_first_dose_is_no_other_after_the_second(desk: PartUnderTest):
    screen(desk)
    given = {"resident": ANNA, "site": "stadium", "unit": "v01", "cohort": "general", "dose": 1}
    given |= {"day": "2024-04-02", "product": "CoronaVac", "batch": "SV-1", "vaccinator": "n"}
    desk.hears("appointments/stadium", "DoseAdministered", **given)
    before = form(desk)
    desk.at("2024-04-23T09:30")
    screen(desk, temperature=38.2)
    assert form(desk, address=f"{FORM}?screening=1") == before
    assert "□同意接种" in plain(before)


def test_a_screening_that_is_not_of_the_person_has_no_form(desk: PartUnderTest):
    screen(desk)
    desk.hears("registration", "ResidentRegistered", **someone(BO))
    screen(desk, BO)
    answer = desk.http.page(f"{FORM}?screening=2")
    assert answer.status_code == 404
    assert "没有这次筛查" in answer.text
    assert desk.http.page(f"{FORM}?screening=x").status_code == 422


def test_a_severe_reaction_after_it_is_said_and_the_answers_stay(desk: PartUnderTest):
    screen(desk, temperature=36.4)
    desk.hears(
        "appointments/stadium",
        "AdverseEventReported",
        **reaction_of(ANNA),
    )
    said = plain(form(desk))
    assert "上一剂后严重不良反应" in said
    assert "36.4" in said


def reaction_of(resident: uuid.UUID) -> dict[str, Any]:
    about = {"site": "stadium", "resident": resident, "dose": 1, "day": "2024-04-02"}
    return reaction(severity="severe") | about | {"batch": "SV-1"}


def test_the_vaccine_is_said_once_it_is_known(desk: PartUnderTest):
    screen(desk)
    assert "接种时填写" in plain(form(desk))
    given = {"resident": ANNA, "site": "stadium", "unit": "v01", "cohort": "general", "dose": 1}
    given |= {"day": "2024-04-02", "product": "CoronaVac", "batch": "SV-1", "vaccinator": "n"}
    desk.hears("appointments/stadium", "DoseAdministered", **given)
    assert "克尔来福" in plain(form(desk))


def test_of_a_linked_person_the_form_is_found_by_either_record(desk: PartUnderTest):
    screen(desk)
    desk.hears("registration", "ResidentRegistered", **someone(BO))
    desk.hears("registration", "ResidentsMerged", resident=ANNA, into=BO, doses=[])
    assert form(desk) == form(desk, address=f"/residents/{BO}/consent-form.pdf")


def test_an_erased_person_has_a_form_that_says_so(desk: PartUnderTest):
    screen(desk)
    desk.hears(
        "registration",
        "ResidentErased",
        resident=ANNA,
        classes=["facts"],
        reason="by_request",
        retained_until=None,
    )
    assert "已删除" in plain(form(desk))


def test_answers_of_before_are_said_not_to_be_kept(desk: PartUnderTest):
    """Version 1 of an outcome kept neither temperature nor answers."""
    screen(desk)
    [entry] = history(desk.app, ANNA)
    old = {**entry, "temperature": None}
    assert answers_of(loading.current().questions, old) == []  # type: ignore[arg-type]


def test_whoever_audits_or_belongs_to_a_unit_has_no_form(desk: PartUnderTest):
    screen(desk)
    auditor = desk.http.signed_in("auditor", ("auditor", "town"))
    chief = desk.http.signed_in("chief", ("unit_chief", "unit:v01"))
    for reader in (auditor, chief):
        assert reader.page(FORM).status_code == 403
    assert FORM not in auditor.page(HERE).text


def test_reading_it_is_a_look_at_a_person_whose_name_stands_on_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    town, desk = PartUnderTest(tmp_path, "registration"), PartUnderTest(tmp_path, "screening")
    for part in (town, desk):
        part.at("2024-04-02T09:30")
    sent = town.http.upload("/api/units/v01/roster", roster(person(7, "王𬍛")))
    who = uuid.UUID(sent.json["entries"][0]["resident"])  # type: ignore[index]
    desk.hears_log("registration", town.app.store.log(0, 10_000))
    assert screen(desk, who).status_code == 200
    monkeypatch.setattr(desk.app.privacy, "_keys", town.app.privacy._keys)
    before = len(desk.events("PersonalDataViewed"))
    doctor = desk.http.signed_in(
        "doctor", ("screener", f"site:{desk.app.campaign.unit('v01').site}")
    )
    assert "王𬍛" in text_of(doctor.page(f"/residents/{who}/consent-form.pdf").data)
    [look] = desk.events("PersonalDataViewed")[before:]
    assert (look["data"]["login"], look["data"]["residents"]) == ("doctor", [str(who)])
    assert look["data"]["page"] == "/residents/<uuid:resident>/consent-form.pdf"


def test_without_a_font_the_page_says_what_to_install(
    desk: PartUnderTest, monkeypatch: pytest.MonkeyPatch
):
    screen(desk)
    monkeypatch.setattr(pdf.SETTER, "ask", lambda _: pdf.NO_FONT)
    answer = desk.http.page(FORM)
    assert answer.status_code == 503
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "请管理员安装软件包 fonts-noto-cjk" in answer.text
