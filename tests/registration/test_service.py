"""Registration over HTTP: rosters come in, people answer, everybody sees where they stand."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
from werkzeug.test import TestResponse

from deploy.rehearsal.rosters import write_rosters
from deploy.rehearsal.town import generate_town
from services.registration.domain.unit import Unit
from shared.kit.service_tokens import KEYS
from shared.kit.source_keys import pair_secret
from shared.town.privacy import KeyId
from shared.town.privacy.key_transfer import open_keys
from shared.town.privacy.sealing import Unreadable
from tests.support.calls import called_by
from tests.support.part import PartUnderTest
from tests.support.workbooks import card, person, roster


@pytest.fixture
def town(tmp_path: Path) -> PartUnderTest:
    part = PartUnderTest(tmp_path, "registration")
    part.at("2024-03-26")
    return part


def imported(town: PartUnderTest, *rows: list[Any], unit: str = "v01") -> dict[str, Any]:
    answer = town.http.upload(f"/api/units/{unit}/roster", roster(*rows))
    assert answer.status_code == 200, answer.text
    return answer.json  # type: ignore[return-value]


def a_resident(town: PartUnderTest, order: int = 101, unit: str = "v01") -> str:
    return imported(town, person(order), unit=unit)["entries"][0]["resident"]


def code_of(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.json["code"]  # type: ignore[index]


# The campaign file's facts


def test_the_campaign_files_facts_are_events(town: PartUnderTest):
    plan = town.app.campaign
    assert len(town.events("CampaignOpened")) == 1
    for name in ("UnitListed", "UnitDocked", "TargetSet"):
        assert len(town.events(name)) == len(plan.units)
    assert town.http.get("/api/campaign").json == {
        "name_zh": plan.name_zh,
        "name_en": plan.name_en,
        "start": "2024-03-25",
        "end": "2024-06-20",
        "first_dose_cutoff": "2024-06-05",
        "population": 180000,
        "head_count_target": 72000,
        "coverage_target": 0.4,
    }
    units = town.http.get("/api/units").json["units"]  # type: ignore[index]
    assert [unit["unit"] for unit in units] == [unit.code for unit in plan.units]
    assert sum(unit["target"] for unit in units) == 72000


def test_starting_again_stores_nothing_new(town: PartUnderTest):
    before = len(town.events())
    town.start()
    assert len(town.events()) == before


def test_a_changed_target_is_a_new_event_and_a_docking_is_the_offices_to_change(
    town: PartUnderTest,
):
    first, *others = town.app.campaign.units
    other_site = next(s.code for s in town.app.campaign.sites if s.code != first.site)
    changed = replace(first, site=other_site, target=first.target + 5)
    town.app.campaign = replace(town.app.campaign, units=(changed, *others))
    before = len(town.events())
    town.at("2024-04-10")
    town.start()
    (target,) = town.events()[before:]
    assert target["data"] == {"unit": first.code, "target": first.target + 5}


# Rosters


def test_a_roster_registers_its_people(town: PartUnderTest):
    answer = imported(town, person(101), person(102, "王芳"))
    assert (answer["unit"], answer["rows"], answer["new"]) == ("v01", 2, 2)
    assert [(e["row"], e["outcome"]) for e in answer["entries"]] == [(2, "new"), (3, "new")]
    assert len(town.events("ResidentRegistered")) == 2
    (told,) = town.events("RosterImported")
    counts = ("rows", "new", "corrected", "unchanged", "errors")
    assert [told["data"][name] for name in counts] == [2, 2, 0, 0, 0]


def test_the_same_file_again_changes_nothing(town: PartUnderTest):
    imported(town, person(101), person(102))
    before = len(town.events())
    answer = imported(town, person(101), person(102))
    assert (answer["new"], answer["corrected"], answer["unchanged"]) == (0, 0, 2)
    assert len(town.events()) == before


def test_the_same_upload_sent_twice_gets_the_same_answer(town: PartUnderTest):
    content = roster(person(101))
    first = town.http.send("/api/units/v01/roster", content, key="once")
    town.work()
    again = town.http.send("/api/units/v01/roster", content, key="once")
    town.work()
    assert again.json == first.json
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(town.events("ResidentRegistered")) == 1


def test_a_changed_telephone_is_a_correction_of_the_same_person(town: PartUnderTest):
    resident = a_resident(town)
    answer = imported(town, person(101, phone="13911112222"))
    changed = {"field": "phone", "before": "13800000101", "after": "13911112222"}
    about = {"sheet": "名册", "row": 2, "resident": resident}
    assert answer["entries"] == [about | {"outcome": "corrected", "changes": [changed]}]
    shown = town.http.get(f"/api/residents/{resident}").json
    assert shown["phone"] == "13911112222"  # type: ignore[index]
    assert [each["event"] for each in shown["history"]] == [  # type: ignore[index]
        "ResidentRegistered",
        "ResidentCorrected",
    ]


def test_an_empty_cell_leaves_what_is_known(town: PartUnderTest):
    resident = a_resident(town)
    answer = imported(town, person(101, phone="", cohort=""))
    assert answer["unchanged"] == 1
    assert town.http.get(f"/api/residents/{resident}").json["phone"] == "13800000101"  # type: ignore[index]


def test_a_row_without_cohort_gets_the_units_own(town: PartUnderTest):
    market = next(unit for unit in town.app.campaign.units if unit.cohort != "general")
    imported(town, person(101, cohort=""), unit=market.code)
    assert town.events("ResidentRegistered")[0]["data"]["cohort"] == market.cohort


def test_good_rows_are_in_and_bad_rows_are_listed(town: PartUnderTest):
    answer = imported(town, person(101), person(102, card="420"), person(103))
    assert (answer["rows"], answer["new"], len(answer["errors"])) == (3, 2, 1)
    error = answer["errors"][0]
    assert (error["sheet"], error["row"], error["column"], error["value"]) == (
        "名册",
        3,
        "身份证号",
        "420",
    )
    told = town.events("RosterImported")[0]["data"]
    assert (told["rows"], told["errors"]) == (3, 1)


def test_a_person_of_another_unit_is_not_taken_over(town: PartUnderTest):
    resident = a_resident(town)
    answer = imported(town, person(101), person(102), unit="v02")
    assert (answer["new"], len(answer["errors"])) == (1, 1)
    error = answer["errors"][0]
    assert error["row"] == 2
    assert error["problem"] == f"此人已在{town.app.campaign.unit('v01').name_zh}登记。"
    assert town.http.get(f"/api/residents/{resident}").json["unit"] == "v01"  # type: ignore[index]


def test_a_roster_for_a_unit_that_is_not_there_is_refused(town: PartUnderTest):
    answer = town.http.upload("/api/units/v99/roster", roster(person(101)))
    assert code_of(answer) == (404, "unknown-unit")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"hello", (422, "unreadable-workbook")),
        (b"PK\x03\x04", (422, "unreadable-workbook")),
        (roster(), (422, "no-roster")),
        (b"", (400, "no-file")),
        (b"x" * 10_000_001, (413, "too-large")),
    ],
)
def test_a_file_that_is_no_roster_changes_nothing(
    town: PartUnderTest, content: bytes, expected: tuple[int, str]
):
    before = len(town.events())
    assert code_of(town.http.upload("/api/units/v01/roster", content)) == expected
    assert len(town.events()) == before


def test_the_rehearsals_own_rosters_come_in_whole(town: PartUnderTest, tmp_path: Path):
    plan = town.app.campaign
    invented = generate_town(plan, 400, seed=1)
    for file in write_rosters(invented, plan, tmp_path / "rosters"):
        people = invented.of_unit(file.stem)
        if not people:
            continue
        answer = town.http.upload(f"/api/units/{file.stem}/roster", file.read_bytes()).json
        assert (answer["new"], answer["errors"]) == (len(people), [])  # type: ignore[index]
    stored = {event["data"]["birth_date"] for event in town.events("ResidentRegistered")}
    assert stored == {each.birth_date.isoformat() for each in invented.residents}


# Answers


def test_consent_is_recorded(town: PartUnderTest):
    resident = a_resident(town)
    answer = town.http.post(f"/api/residents/{resident}/consent", {"wished_week": "2024-W14"})
    assert answer.json == {
        "resident": resident,
        "status": "consented",
        "wished_week": "2024-W14",
        "wished_site": None,
    }
    listed = town.http.get("/api/units/v01/residents").json["residents"]  # type: ignore[index]
    assert (listed[0]["status"], listed[0]["wished_week"]) == ("consented", "2024-W14")


def test_the_same_consent_again_says_the_same_and_stores_nothing(town: PartUnderTest):
    resident = a_resident(town)
    said = [
        town.http.post(f"/api/residents/{resident}/consent", {"wished_week": "2024-W14"}).json
        for _ in range(2)
    ]
    assert said[0] == said[1]
    assert len(town.events("ConsentGiven")) == 1


@pytest.mark.parametrize("week", ["2024-W12", "2024-W24", "2024-W60", "2023-W14"])
def test_a_wish_for_a_week_without_first_doses_is_refused(town: PartUnderTest, week: str):
    resident = a_resident(town)
    answer = town.http.post(f"/api/residents/{resident}/consent", {"wished_week": week})
    assert code_of(answer) == (422, "week-outside-campaign")
    assert not town.events("ConsentGiven")


def test_consent_of_nobody_is_refused(town: PartUnderTest):
    for nobody in (uuid4(), Unit.create_id("v01")):
        answer = town.http.post(f"/api/residents/{nobody}/consent", {"wished_week": "2024-W14"})
        assert code_of(answer) == (404, "unknown-resident")


def test_declining_and_then_consenting(town: PartUnderTest):
    resident = a_resident(town)
    answer = town.http.post(f"/api/residents/{resident}/decline", {"reason": "no_time"})
    assert answer.json == {"resident": resident, "status": "declined", "reason": "no_time"}
    town.http.post(f"/api/residents/{resident}/decline", {"reason": "no_time"})
    assert len(town.events("VaccinationDeclined")) == 1
    town.http.post(f"/api/residents/{resident}/consent", {"wished_week": "2024-W15"})
    unit = town.http.get("/api/units").json["units"][0]  # type: ignore[index]
    assert (unit["registered"], unit["consented"], unit["declined"]) == (1, 1, 0)


def test_declining_for_an_unknown_reason_is_refused(town: PartUnderTest):
    resident = a_resident(town)
    answer = town.http.post(f"/api/residents/{resident}/decline", {"reason": "because"})
    assert code_of(answer) == (422, "invalid-input")


def answers_of(residents: list[str]) -> list[dict[str, str]]:
    return [
        {"resident": residents[0], "answer": "consent", "wished_week": "2024-W14"},
        {"resident": residents[1], "answer": "decline", "reason": "health"},
    ]


def test_answers_of_many_are_recorded_at_once(town: PartUnderTest):
    entries = imported(town, person(101), person(102))["entries"]
    body = {"answers": answers_of([entry["resident"] for entry in entries])}
    taken = {"consented": 1, "declined": 1, "unchanged": 0}
    assert town.http.post("/api/units/v01/answers", body).json == taken
    known = {"consented": 0, "declined": 0, "unchanged": 2}
    assert town.http.post("/api/units/v01/answers", body).json == known
    assert len(town.events("ConsentGiven", "VaccinationDeclined")) == 2


def test_one_bad_line_and_no_answer_is_taken(town: PartUnderTest):
    entries = imported(town, person(101), person(102))["entries"]
    stranger = a_resident(town, 103, unit="v02")
    lines = answers_of([entry["resident"] for entry in entries])
    lines += [
        {"resident": stranger, "answer": "decline", "reason": "health"},
        {"resident": str(uuid4()), "answer": "decline", "reason": "health"},
        {"resident": entries[0]["resident"], "answer": "decline", "reason": "health"},
        {"resident": entries[1]["resident"], "answer": "consent", "wished_week": "2025-W01"},
    ]
    answer = town.http.post("/api/units/v01/answers", {"answers": lines})
    assert code_of(answer) == (422, "bad-answers")
    assert [(bad["line"], bad["code"]) for bad in answer.json["lines"]] == [  # type: ignore[index]
        (3, "not-in-unit"),
        (4, "unknown-resident"),
        (5, "two-answers"),
        (6, "week-outside-campaign"),
    ]
    assert not town.events("ConsentGiven", "VaccinationDeclined")


def test_an_answer_without_its_week_is_refused(town: PartUnderTest):
    line = {"resident": a_resident(town), "answer": "consent"}
    assert code_of(town.http.post("/api/units/v01/answers", {"answers": [line]})) == (
        422,
        "invalid-input",
    )


# Where people stand


def dose(town: PartUnderTest, resident: str, number: int, day: str) -> None:
    town.hears(
        "appointments/stadium",
        "DoseAdministered",
        site="stadium",
        resident=resident,
        unit="v01",
        cohort="general",
        dose=number,
        day=day,
        product="CoronaVac",
        batch="B1",
        vaccinator="nurse-01",
    )


def deferred(town: PartUnderTest, resident: str, until: str) -> None:
    about = {"site": "stadium", "day": "2024-04-01", "rules": "plan-2024.1"}
    town.hears(
        "screening", "ResidentDeferred", resident=resident, until=until, reasons=["fever"], **about
    )


def status_of(town: PartUnderTest, resident: str) -> str:
    return town.http.get(f"/api/residents/{resident}").json["status"]  # type: ignore[index]


def test_one_status_a_person_from_the_list_to_the_second_dose(town: PartUnderTest):
    resident = a_resident(town)
    assert status_of(town, resident) == "registered"
    town.http.post(f"/api/residents/{resident}/consent", {"wished_week": "2024-W14"})
    assert status_of(town, resident) == "consented"
    town.at("2024-04-01")
    deferred(town, resident, "2024-04-08")
    assert status_of(town, resident) == "deferred"
    town.at("2024-04-08")
    assert status_of(town, resident) == "consented", "a deferral ends on its day"
    dose(town, resident, 1, "2024-04-08")
    assert status_of(town, resident) == "first_done"
    dose(town, resident, 2, "2024-04-22")
    assert status_of(town, resident) == "completed"
    unit = town.http.get("/api/units").json["units"][0]  # type: ignore[index]
    assert (unit["first"], unit["second"]) == (1, 1)


def test_a_contraindication_stands_until_a_clearance(town: PartUnderTest):
    resident = a_resident(town)
    about = {"site": "stadium", "day": "2024-04-01", "rules": "plan-2024.1"}
    town.hears(
        "screening",
        "ContraindicationFound",
        resident=resident,
        reasons=["severe_allergy"],
        **about,
    )
    assert status_of(town, resident) == "contraindicated"
    town.hears("screening", "ResidentCleared", resident=resident, valid_until="2024-04-01", **about)
    assert status_of(town, resident) == "registered"


def test_residents_are_listed_page_by_page_and_by_status(town: PartUnderTest):
    entries = imported(town, *(person(order) for order in range(101, 108)))["entries"]
    ids = [entry["resident"] for entry in entries]
    town.http.post(f"/api/residents/{ids[4]}/decline", {"reason": "other"})
    seen: list[str] = []
    after = None
    while True:
        query = {"limit": 3} | ({"after": after} if after else {})
        page = town.http.get("/api/units/v01/residents", **query).json
        seen += [each["resident"] for each in page["residents"]]  # type: ignore[index]
        if not (after := page["next"]):  # type: ignore[index]
            break
    assert seen == ids
    found = town.http.get("/api/units/v01/residents", status="declined").json["residents"]  # type: ignore[index]
    assert [each["resident"] for each in found] == [ids[4]]
    assert code_of(town.http.get("/api/units/v01/residents", status="lost"))[0] == 422
    assert code_of(town.http.get("/api/units/v99/residents")) == (404, "unknown-unit")


def test_views_are_the_same_rebuilt_from_zero(town: PartUnderTest):
    one, two = (entry["resident"] for entry in imported(town, person(101), person(102))["entries"])
    deferred(town, one, "2024-04-08")
    town.http.post(f"/api/residents/{one}/consent", {"wished_week": "2024-W14"})
    dose(town, two, 1, "2024-04-02")
    imported(town, person(101, phone="13911112222"), person(104))
    town.http.post(f"/api/residents/{two}/decline", {"reason": "health"})
    dose(town, one, 1, "2024-04-09")
    assert town.view() == town.rebuilt_view()


# Privacy


def test_who_a_person_is_stands_nowhere_in_clear(town: PartUnderTest, tmp_path: Path):
    resident = a_resident(town)
    assert town.http.get(f"/api/residents/{resident}").json["name"] == "李小明"  # type: ignore[index]
    town.app.store.close()
    stored = b"".join(file.read_bytes() for file in tmp_path.glob("registration.db*"))
    assert b"ResidentRegistered" in stored
    for secret in ("李小明", "13800000101", "东河村101号", "42000019790521101"):
        assert secret.encode() not in stored, secret


def test_the_resident_id_comes_from_the_document_alone(town: PartUnderTest):
    resident = a_resident(town)
    again = imported(town, person(101, name="李晓明"))["entries"][0]
    assert (again["resident"], again["outcome"]) == (resident, "corrected")


def test_keys_are_handed_to_those_with_the_service_token_only_and_sealed(town: PartUnderTest):
    resident = a_resident(town)
    client = town.http.client
    facts, nobody = KeyId(resident, "facts", 1), KeyId(str(uuid4()), "facts", 1)
    body = {"keys": [str(facts), str(nobody)], "nonce": "a" * 32}
    assert client.post("/keys", json=body).status_code == 401
    reporting = called_by(town.deployment, "reporting", "registration", KEYS)
    assert client.post("/keys", json=body, headers=reporting).status_code == 403
    screening = called_by(town.deployment, "screening", "registration", KEYS)
    answer = client.post("/keys", json=body, headers=screening)
    assert (list(answer.json), answer.json["withheld"]) == (["sealed", "withheld"], [])  # type: ignore[arg-type, index]
    own, registrations = (
        town.deployment.secret_of("screening"),
        town.deployment.keys["registration"],
    )
    secret = pair_secret(own, registrations)
    handed = open_keys(secret, "a" * 32, answer.json["sealed"])  # type: ignore[index]
    assert handed == town.app.privacy.table.keys([facts])  # type: ignore[attr-defined]
    assert list(handed) == [facts]
    with pytest.raises(Unreadable):  # an answer to another question
        open_keys(secret, "b" * 32, answer.json["sealed"])  # type: ignore[index]
    others = pair_secret(town.deployment.secret_of("appointments/stadium"), registrations)
    with pytest.raises(Unreadable):  # another part
        open_keys(others, "a" * 32, answer.json["sealed"])  # type: ignore[index]


# Pages


def test_the_town_page_lists_units_sorted_by_plain_links(town: PartUnderTest):
    imported(town, person(101), unit="v02")
    page = town.http.page("/", sort="registered", order="down")
    assert page.status_code == 200, page.text
    assert re.findall(r'href="/units/(\w+)"', page.text)[0] == "v02"
    assert town.http.page("/", sort="luck").status_code == 422


def test_the_unit_page_takes_a_roster_and_shows_what_became_of_it(town: PartUnderTest):
    empty = town.http.page("/units/v01")
    assert 'enctype="multipart/form-data"' in empty.text
    assert "data-busy" in empty.text
    result = town.http.form_upload(
        "/api/units/v01/roster", roster(person(101), person(102, card="420")), "名册.xlsx"
    )
    assert result.status_code == 200, result.text
    assert "1 行有问题" in result.text
    assert "420" in result.text
    (new,) = re.findall(r'"(/imports/[^"]+group=new)', result.text)
    assert "李小明" in town.http.page(new).text
    page = town.http.page("/units/v01")
    assert "李小明" in page.text
    assert "待答复" in page.text


def test_a_page_says_what_is_wrong_with_a_file(town: PartUnderTest):
    page = town.http.form_upload("/api/units/v01/roster", b"hello", "x.xlsx")
    assert 'data-code="unreadable-workbook"' in page.text
    assert "这不是 Excel 文件" in page.text


def test_the_resident_page_takes_the_answer(town: PartUnderTest):
    resident = a_resident(town)
    page = town.http.page(f"/residents/{resident}")
    assert "登记同意" in page.text
    back = town.http.form(
        f"/api/residents/{resident}/consent",
        wished_week="2024-W14",
        _next=f"/residents/{resident}",
    )
    assert back.status_code == 303
    after = town.http.page(back.headers["Location"])
    assert "已登记同意" in after.text
    assert "tester" in after.text
    assert town.http.page(f"/residents/{uuid4()}").status_code == 404


@pytest.mark.parametrize(
    "facts",
    [
        ("screening", "ResidentDeferred", {"until": "2024-04-08", "reasons": ["fever"]}),
        ("screening", "ContraindicationFound", {"reasons": ["severe_allergy"]}),
    ],
)
def test_pages_tell_the_reason(town: PartUnderTest, facts: tuple[str, str, dict[str, Any]]):
    resident = a_resident(town)
    source, name, more = facts
    about = {"site": "stadium", "day": "2024-04-01", "rules": "plan-2024.1"}
    town.hears(source, name, resident=resident, **about, **more)
    for url in (f"/residents/{resident}", "/units/v01"):
        page = town.http.page(url)
        assert page.status_code == 200, page.text
        assert ("发热" if name == "ResidentDeferred" else "严重过敏史") in page.text


def test_the_template_is_an_excel_file(town: PartUnderTest):
    answer = town.http.page("/roster-template.xlsx")
    assert answer.data.startswith(b"PK")
    assert 'filename="roster-template-' in answer.headers["Content-Disposition"]


def test_the_description_names_every_address(town: PartUnderTest):
    paths = town.http.get("/openapi.json").json["paths"]  # type: ignore[index]
    assert "/api/units/{unit}/roster" in paths


def test_who_reads_english_takes_the_template_in_english_and_sends_it_back_filled(
    town: PartUnderTest,
):
    headers = town.http.bearer(town.http.person, **{"Accept": "text/html", "Accept-Language": "en"})
    answer = town.http.client.get("/roster-template.xlsx", headers=headers)
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    sheet = book.worksheets[0]
    assert [sheet["A2"].value, sheet["I2"].value] == ["Name", "Tie"]
    filled = {"A": "演练甲", "C": card(101), "F": "13800000101", "I": "household", "J": "general"}
    for column, value in filled.items():
        sheet[f"{column}3"] = value
    file = io.BytesIO()
    book.save(file)
    result = town.http.upload("/api/units/v01/roster", file.getvalue()).json
    assert result is not None
    assert (len(result["entries"]), result["errors"]) == (1, [])
