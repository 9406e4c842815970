"""The national card of a reaction as PDF: all it asks for, one page, in the reader's language."""

from __future__ import annotations

from typing import Any

import pytest

from tests.appointments.test_erasure import ERASED
from tests.appointments.test_reactions import dosed, reports
from tests.support.one_language import chinese_in, latin_in
from tests.support.papers import pages_of, text_of
from tests.support.stadium import ANNA, BO, FIRST, SECOND, Stadium

__all__ = ["dosed"]
WHOLE: dict[str, Any] = {
    "signs": ["rash", "anaphylaxis"],
    "other": "口唇肿",
    "severity": "severe",
    "onset": f"{FIRST}T09:30",
    "found": f"{FIRST}T09:40",
    "admitted": True,
    "diagnosis": "过敏",
    "course": '接种后半小时全身皮疹；#panic("x") *不是标题*',
    "outcome": "better",
    "found_by": "hospital",
}


def card(site: Stadium, number: str, language: str = "zh") -> str:
    wanted = site.http.bearer(site.http.person, **{"Accept-Language": language})
    answer = site.http.client.get(f"/reactions/{number}/card.pdf", headers=wanted)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "application/pdf"
    assert pages_of(answer.data) == 1
    return text_of(answer.data)


def plain(text: str) -> str:
    return "".join(text.split())


def test_the_card_has_what_the_national_form_asks_for(dosed: Stadium):
    number = reports(dosed, **WHOLE)["card"]
    dosed.ok(f"/api/reactions/{number}/follow-up", {"outcome": "recovered", "course": "已出院"})
    dosed.ok(f"/api/reactions/{number}/reported-up", {"to": "县疾控", "number": "AEFI-7"})
    said = plain(card(dosed, number))
    for each in (
        "疑似预防接种异常反应报告卡",
        number,
        "女",
        "克尔来福（北京科兴中维）",
        "SV-1",
        "第一剂",
        "4月2日",
        "09:30",
        "09:40",
        "皮疹、过敏性休克、口唇肿",
        "重",
        "过敏",
        "痊愈",
        "医疗机构报告",
        "尚未分类",
        "接种后半小时全身皮疹",
        "已出院",
        "县疾控",
        "AEFI-7",
        "报告人签名",
    ):
        assert plain(each) in said, each
    assert f"/reactions/{number}/card.pdf" in dosed.http.page(f"/reactions/{number}").text


def test_what_was_typed_is_text_and_not_a_program(dosed: Stadium):
    number = reports(dosed, **WHOLE)["card"]
    assert plain(str(WHOLE["course"])) in plain(card(dosed, number))


def test_a_long_course_with_many_follow_ups_is_on_the_paper_too(dosed: Stadium):
    number = reports(dosed, course="很长的经过。" * 160)["card"]
    for each in range(8):
        dosed.ok(f"/api/reactions/{number}/follow-up", {"course": f"第{each}次随访" * 20})
    answer = dosed.http.page(f"/reactions/{number}/card.pdf")
    assert pages_of(answer.data) <= 3
    assert "第7次随访" in plain(text_of(answer.data))


def test_a_sign_outside_its_window_is_said_on_the_card(dosed: Stadium):
    dosed.at(f"{SECOND}T15:00")
    number = reports(dosed, signs=["anaphylaxis"], severity="severe", dose=1)["card"]
    assert "可能为偶合症，由县级调查诊断" in plain(card(dosed, number))
    assert "probably coincidental" in card(dosed, number, "en")


def test_the_card_is_in_the_language_of_who_reads_it(dosed: Stadium):
    number = reports(dosed, signs=["rash"])["card"]
    assert chinese_in(card(dosed, number, "en")) == []
    said = card(dosed, number).replace(number, "")
    assert latin_in(said, "tester") == []


def test_the_same_card_makes_the_same_bytes_on_another_day(dosed: Stadium):
    number = reports(dosed)["card"]
    dosed.ok(f"/api/reactions/{number}/reported-up", {"to": "CDC"})
    url = f"/reactions/{number}/card.pdf"
    first = dosed.http.page(url).data
    dosed.at(f"{SECOND}T10:00")
    assert dosed.http.page(url).data == first


def test_of_a_person_merged_or_erased_later_there_is_a_card(dosed: Stadium):
    number = reports(dosed)["card"]
    dosed.consented(BO)
    dosed.hears("registration", "ResidentsMerged", resident=ANNA, into=BO, doses=[])
    assert number in card(dosed, number)
    dosed.hears("registration", "ResidentErased", resident=ANNA, **ERASED)
    assert "已删除" in card(dosed, number)


@pytest.mark.parametrize(
    ("role", "scope", "status"),
    [
        ("site_staff", "site:stadium", 200),
        ("site_staff", "site:township", 403),
        ("unit_chief", "unit:v15", 403),
    ],
)
def test_whoever_reads_the_site_s_cards_reads_this_one(
    dosed: Stadium, role: str, scope: str, status: int
):
    number = reports(dosed)["card"]
    reader = dosed.http.signed_in("reader", (role, scope))
    assert reader.page(f"/reactions/{number}/card.pdf").status_code == status
    assert reader.page(f"/reactions/{BO}/card.pdf").status_code in (403, 404)
