"""Reactions after a dose as the national card asks: whose dose, which clock, once, and for good."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from bs4 import BeautifulSoup

from shared.kit.contracts import catalogue
from shared.town.campaign.aefi import Aefi, outside_window
from tests.appointments.test_erasure import ERASED
from tests.support.stadium import ANNA, BO, FIRST, SECOND, Stadium, batch, refused

HERE = f"/residents/{ANNA}"
FEVER: dict[str, Any] = {"severity": "mild", "signs": ["high_fever"]}


@pytest.fixture
def dosed(site: Stadium) -> Stadium:
    """Anna had her first dose at nine o'clock; now it is ten."""
    site.booked()
    vaccinated(site, FIRST, "SV-1")
    site.at(f"{FIRST}T10:00")
    return site


@pytest.fixture
def twice(dosed: Stadium) -> Stadium:
    """Anna had her second dose too, of another batch."""
    dosed.ok("/api/batches", batch("SV-2", expiry="2025-02-28"))
    vaccinated(dosed, SECOND, "SV-2")
    dosed.at(f"{SECOND}T15:00")
    return dosed


def vaccinated(site: Stadium, day: str, batch_number: str) -> None:
    site.at(f"{day}T09:00")
    assert site.person(ANNA, "check-in").status_code == 200
    site.cleared(ANNA, day)
    assert site.give(batch_number=batch_number).status_code == 200


def reports(site: Stadium, who: Any = ANNA, **card: Any) -> dict[str, Any]:
    answer = site.person(who, "adverse-event", **(FEVER | card))
    assert answer.status_code == 200, answer.text
    return answer.json


def cards(site: Stadium) -> list[dict[str, Any]]:
    return site.read("/api/reactions")["reactions"]


# The dose it belongs to


@pytest.mark.parametrize(
    ("onset", "wanted", "dose", "number"),
    [
        (f"{FIRST}T09:00", None, 1, "SV-1"),
        (f"{SECOND}T08:59", None, 1, "SV-1"),
        (f"{SECOND}T09:00", None, 2, "SV-2"),
        (f"{SECOND}T14:00", None, 2, "SV-2"),
        (f"{SECOND}T14:00", 1, 1, "SV-1"),
    ],
)
def test_a_reaction_belongs_to_the_last_dose_before_its_onset_or_to_the_one_chosen(
    twice: Stadium, onset: str, wanted: int | None, dose: int, number: str
):
    told = reports(twice, onset=onset, dose=wanted)
    [event] = twice.events("AdverseEventReported")
    assert (event["version"], event["data"]["card"]) == (2, told["card"])
    assert (event["data"]["dose"], event["data"]["batch"]) == (dose, number)


@pytest.mark.parametrize(
    ("card", "code"),
    [
        ({"onset": f"{FIRST}T08:59"}, "onset-before-dose"),
        ({"onset": f"{SECOND}T15:01"}, "onset-to-come"),
        ({"onset": f"{SECOND}T08:00", "dose": 2}, "dose-after-onset"),
        ({"onset": f"{SECOND}T12:00", "found": f"{SECOND}T11:59"}, "found-before-onset"),
        ({"onset": f"{SECOND}T12:00", "found": f"{SECOND}T15:01"}, "found-to-come"),
        ({"onset": f"{SECOND}T12:00", "ended": f"{SECOND}T11:59"}, "end-before-onset"),
        ({"onset": f"{SECOND}T12:00", "ended": f"{SECOND}T15:01"}, "end-to-come"),
        ({"signs": []}, "invalid-input"),
        ({"signs": ["other"]}, "invalid-input"),
        ({"signs": ["cold"]}, "invalid-input"),
        ({"severity": "odd"}, "invalid-input"),
        ({"onset": "yesterday"}, "invalid-input"),
        ({"onset": f"{SECOND}T12:00+08:00"}, "invalid-input"),
        ({"dose": 3}, "invalid-input"),
        ({"course": "请打13800000001"}, "invalid-input"),
        ({"course": "x" * 1001}, "invalid-input"),
        ({"outcome": "odd"}, "invalid-input"),
        ({"classified": "odd"}, "invalid-input"),
        ({"found_by": "odd"}, "invalid-input"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_stored(
    twice: Stadium, card: dict[str, Any], code: str
):
    refused(twice.person(ANNA, "adverse-event", **(FEVER | card)), code, 422)
    assert twice.events("AdverseEventReported") == []
    assert cards(twice) == []


def test_whoever_had_no_dose_here_has_no_card(site: Stadium):
    refused(site.person(ANNA, "adverse-event", **FEVER), "nothing-to-observe", 409)
    assert "本接种点没有给此人接种" in site.http.page(f"{HERE}/reaction").text


# The clocks


@pytest.mark.parametrize(
    ("card", "due", "urgent"),
    [
        ({}, "2024-04-04T10:00:00+08:00", False),
        (
            {"found": f"{FIRST}T09:30", "onset": f"{FIRST}T09:20"},
            "2024-04-04T09:30:00+08:00",
            False,
        ),
        ({"severity": "severe"}, "2024-04-04T10:00:00+08:00", False),
        ({"severity": "disability"}, f"{FIRST}T12:00:00+08:00", True),
        ({"severity": "death"}, f"{FIRST}T12:00:00+08:00", True),
        ({"concern": True}, f"{FIRST}T12:00:00+08:00", True),
    ],
)
def test_the_clock_counts_from_discovery_and_is_short_for_what_is_grave(
    dosed: Stadium, card: dict[str, Any], due: str, urgent: bool
):
    reports(dosed, **card)
    [found] = cards(dosed)
    assert (found["due"], found["urgent"], found["open"]) == (due, urgent, True)


def test_the_list_says_what_is_due_and_overdue_until_it_was_reported_up(dosed: Stadium):
    card = reports(dosed, severity="death")["card"]
    dosed.at(f"{FIRST}T12:00")
    assert "待上报" in dosed.http.page("/reactions").text
    dosed.at(f"{FIRST}T12:01")
    assert "已超时" in dosed.http.page("/reactions").text
    assert cards(dosed)[0]["overdue"]
    url = f"/api/reactions/{card}/reported-up"
    refused(dosed.http.post(url, {"to": "CDC", "at": f"{FIRST}T12:02"}), "reported-up-to-come", 422)
    early = {"to": "CDC", "at": f"{FIRST}T09:59"}
    refused(dosed.http.post(url, early), "reported-up-before-found", 422)
    refused(dosed.http.post(url, {}), "invalid-input", 422)
    assert dosed.events("AdverseEventReportedUp") == []
    dosed.ok(url, {"to": "CDC", "at": f"{FIRST}T11:50", "number": "AEFI-7"})
    [found] = cards(dosed)
    assert (found["open"], found["overdue"]) == (False, False)
    assert (found["reported_up"], found["reported_number"]) == (f"{FIRST}T11:50", "AEFI-7")
    page = dosed.http.page("/reactions").text
    assert "已上报" in page
    assert "已超时" not in page
    assert dosed.view() == dosed.rebuilt_view()


def test_hours_are_those_of_the_campaign_file(dosed: Stadium):
    reports(dosed, severity="death")
    dosed.app.campaign = replace(dosed.app.campaign, aefi=Aefi(urgent_hours=5))
    assert cards(dosed)[0]["due"] == f"{FIRST}T15:00:00+08:00"


def test_a_cluster_makes_its_cases_urgent_also_what_was_reported_before(dosed: Stadium):
    card = reports(dosed)["card"]
    dosed.ok(f"/api/reactions/{card}/reported-up", {"to": "CDC"})
    dosed.at(f"{FIRST}T11:00")
    suspects(dosed, card)
    [found] = cards(dosed)
    assert (found["clustered"], found["urgent"], found["open"]) == (True, True, True)
    assert found["due"] == f"{FIRST}T13:00:00+08:00"
    dosed.at(f"{FIRST}T11:30")
    dosed.ok(f"/api/reactions/{card}/reported-up", {"to": "CDC"})
    assert not cards(dosed)[0]["open"]
    assert dosed.view() == dosed.rebuilt_view()


def suspects(site: Stadium, card: str) -> None:
    about = {"kind": "batch", "place": "SV-1", "sign": "high_fever", "since": FIRST, "until": FIRST}
    cases = [{"card": card, "site": "stadium"}]
    site.hears("supervision", "ClusterSuspected", cases=cases, **about)


@pytest.mark.parametrize(
    ("card", "code", "said"),
    [
        ({"signs": ["anaphylaxis"]}, "not-mild", "过敏性休克不是轻度"),
        ({"signs": [], "sign": "惊厥"}, "not-mild", "惊厥不是轻度"),
        ({"signs": ["rash", "guillain_barre"]}, "not-mild", "吉兰-巴雷综合征不是轻度"),
        ({"outcome": "lasting_damage"}, "not-mild", "后遗症不是轻度"),
        ({"outcome": "died"}, "died-is-death", "程度请选“死亡”"),
        ({"outcome": "died", "severity": "severe"}, "died-is-death", "程度请选“死亡”"),
    ],
)
def test_what_is_grave_is_not_filed_as_less(
    dosed: Stadium, card: dict[str, Any], code: str, said: str
):
    body = FEVER | card
    problem = refused(dosed.person(ANNA, "adverse-event", **body), code, 422)
    assert said in problem["detail"]
    assert cards(dosed) == []
    sent = {f"signs.{each}": "on" for each in body["signs"]} | {"other": body.get("sign", "")}
    sent |= {"severity": body["severity"], "outcome": body.get("outcome", "unknown")}
    assert dosed.http.form(f"/api{HERE}/adverse-event", _next=HERE, **sent).status_code == 422
    assert cards(dosed) == []


def test_a_follow_up_that_brings_death_is_urgent_from_when_it_became_known(dosed: Stadium):
    card = reports(dosed)["card"]
    dosed.ok(f"/api/reactions/{card}/reported-up", {"to": "CDC"})
    dosed.at(f"{FIRST}T15:00")
    url = f"/api/reactions/{card}/follow-up"
    refused(dosed.http.post(url, {"outcome": "died", "severity": "mild"}), "died-is-death", 422)
    refused(dosed.http.post(url, {"outcome": "lasting_damage"}), "not-mild", 422)
    dosed.ok(url, {"outcome": "died"})
    [found] = cards(dosed)
    assert (found["severity"], found["outcome"]) == ("death", "died")
    assert (found["urgent"], found["open"]) == (True, True)
    assert found["due"] == f"{FIRST}T17:00:00+08:00"
    assert dosed.appointment(2)["status"] == "cancelled"
    refused(dosed.http.post(url, {"severity": "severe"}), "died-is-death", 422)
    dosed.ok(url, {"severity": "severe", "outcome": "ill"})
    assert cards(dosed)[0]["severity"] == "severe"


def test_a_grave_sign_does_not_become_mild_later(dosed: Stadium):
    card = reports(dosed, severity="severe", signs=["anaphylaxis"])["card"]
    url = f"/api/reactions/{card}/follow-up"
    refused(dosed.http.post(url, {"severity": "mild"}), "not-mild", 422)
    dosed.ok(url, {"outcome": "recovered"})


def test_no_form_chooses_a_severity_by_itself(dosed: Stadium):
    for url in (HERE, f"{HERE}/reaction"):
        page = BeautifulSoup(dosed.http.page(url).text, "html.parser")
        [select] = page.select("select#severity")
        assert select.has_attr("required"), url
        assert select.find("option")["value"] == "", url


# The window of a sign


@pytest.mark.parametrize(
    ("sign", "within", "outside"),
    [
        ("anaphylaxis", "2024-04-03T09:00", "2024-04-03T09:01"),
        ("urticaria", "2024-04-03T09:00", "2024-04-03T09:01"),
        ("syncope", "2024-04-03T09:00", "2024-04-03T09:01"),
        ("high_fever", "2024-04-07T23:59", "2024-04-08T00:00"),
        ("swelling", "2024-04-07T23:59", "2024-04-08T00:00"),
        ("angioedema", "2024-04-07T23:59", "2024-04-08T00:00"),
        ("rash", "2024-04-17T23:59", "2024-04-18T00:00"),
        ("purpura", "2024-04-17T23:59", "2024-04-18T00:00"),
        ("convulsion", "2024-04-17T23:59", "2024-04-18T00:00"),
        ("guillain_barre", "2024-05-14T23:59", "2024-05-15T00:00"),
        ("thrombocytopenia", "2024-05-14T23:59", "2024-05-15T00:00"),
        ("plexitis", "2024-07-03T23:59", "2024-07-04T00:00"),
        ("tiredness", "2024-12-31T23:59", None),
    ],
)
def test_a_reaction_begins_within_the_window_of_its_sign(
    sign: str, within: str, outside: str | None
):
    given = f"{FIRST}T09:00"
    assert outside_window([sign], given, within) == []
    if outside is not None:
        assert outside_window([sign, "tiredness"], given, outside) == [sign]
        assert outside_window([sign], None, outside) == outside_window([sign], given, None) == []


def test_what_begins_outside_is_taken_and_said_to_be_probably_coincidental(dosed: Stadium):
    dosed.at(f"{SECOND}T15:00")
    inside = reports(dosed, signs=["rash"], dose=1)["card"]
    outside = reports(dosed, signs=["anaphylaxis", "convulsion"], severity="severe")["card"]
    found = {each["card"]: each["outside"] for each in cards(dosed)}
    assert found == {inside: [], outside: ["anaphylaxis"]}
    said = "超出时限（过敏性休克：24小时内），可能为偶合症，由县级调查诊断"
    assert said in dosed.http.page(f"/reactions/{outside}").text
    assert "超出时限" not in dosed.http.page(f"/reactions/{inside}").text
    assert "超出时限" in dosed.http.page("/reactions").text
    [head, *listed] = rows(dosed)
    assert {row[head.index("时限")] for row in listed} == {said, ""}
    assert dosed.view() == dosed.rebuilt_view()


# Serious ones


@pytest.mark.parametrize("severity", ["severe", "disability", "death"])
@pytest.mark.parametrize("late", [False, True])
def test_no_dose_follows_a_serious_one_told_at_once_or_in_a_follow_up(
    dosed: Stadium, severity: str, late: bool
):
    if late:
        card = reports(dosed)["card"]
        dosed.ok(f"/api/reactions/{card}/follow-up", {"severity": severity})
    else:
        reports(dosed, severity=severity)
    assert dosed.appointment(2)["status"] == "cancelled"
    dosed.at(SECOND)
    refused(dosed.book(from_day=SECOND), "severe-reaction", 409)


def test_after_a_mild_one_the_second_dose_stays(dosed: Stadium):
    reports(dosed)
    assert dosed.appointment(2)["status"] == "booked"


# Once


def test_the_same_sign_after_the_same_dose_is_known_and_added_to_as_a_follow_up(dosed: Stadium):
    card = reports(dosed)["card"]
    dosed.at(f"{FIRST}T11:00")
    again = dosed.person(ANNA, "adverse-event", severity="mild", signs=["high_fever", "rash"])
    problem = refused(again, "already-reported", 409)
    assert problem["card"] == card
    assert "4月2日 10:00" in problem["detail"]
    assert "tester" in problem["detail"]
    told = {"course": "体温已正常", "outcome": "recovered", "classified": "common_reaction"}
    told |= {"diagnosis": "疫苗热", "ended": f"{FIRST}T10:50"}
    dosed.ok(f"/api/reactions/{card}/follow-up", told)
    dosed.ok(f"/api/reactions/{card}/follow-up", told)
    [found] = cards(dosed)
    assert {name: found[name] for name in told} == told
    assert len(dosed.events("AdverseEventReported")) == 1
    assert len(dosed.events("AdverseEventFollowedUp")) == 1, "a repeat says nothing new"
    assert dosed.view() == dosed.rebuilt_view()


def test_another_sign_or_another_dose_is_a_card_of_its_own(twice: Stadium):
    found = {
        reports(twice, **told)["card"]
        for told in (
            {"dose": 1},
            {"dose": 2},
            {"signs": ["rash"]},
            {"signs": [], "other": "口周发麻"},
            {"signs": [], "other": "手心出汗"},
        )
    }
    assert len(found) == len(cards(twice)) == 5
    same = {"severity": "mild", "other": " 口周 发麻"}
    refused(twice.person(ANNA, "adverse-event", **same), "already-reported", 409)


def test_a_known_sign_that_is_worse_now_is_added_to_its_card(dosed: Stadium):
    card = reports(dosed)["card"]
    assert reports(dosed, severity="severe", admitted=True)["card"] == card
    [found] = cards(dosed)
    assert (found["severity"], found["admitted"]) == ("severe", True)
    assert dosed.appointment(2)["status"] == "cancelled"


@pytest.mark.parametrize(
    ("told", "code", "status"),
    [
        ({}, "invalid-input", 422),
        ({"outcome": "odd"}, "invalid-input", 422),
        ({"ended": f"{FIRST}T09:00"}, "end-before-onset", 422),
        ({"ended": f"{FIRST}T10:01"}, "end-to-come", 422),
    ],
)
def test_a_follow_up_that_cannot_be_stores_nothing(
    dosed: Stadium, told: dict[str, Any], code: str, status: int
):
    card = reports(dosed)["card"]
    refused(dosed.http.post(f"/api/reactions/{card}/follow-up", told), code, status)
    assert dosed.events("AdverseEventFollowedUp") == []


def test_a_card_that_is_not_here_is_not_added_to(dosed: Stadium):
    at = f"/api/reactions/{BO}"
    refused(dosed.http.post(f"{at}/follow-up", {"outcome": "ill"}), "unknown-reaction", 404)
    refused(dosed.http.post(f"{at}/reported-up", {"to": "CDC"}), "unknown-reaction", 404)
    assert dosed.http.page(f"/reactions/{BO}").status_code == 404


# People who are merged or erased later


def test_a_person_merged_later_keeps_the_card_and_is_known_by_either_record(dosed: Stadium):
    dosed.consented(BO)
    card = reports(dosed)["card"]
    dosed.hears("registration", "ResidentsMerged", resident=ANNA, into=BO, doses=[])
    for who in (ANNA, BO):
        refused(dosed.person(who, "adverse-event", **FEVER), "already-reported", 409)
    assert reports(dosed, who=BO, signs=["rash"])["resident"] == str(ANNA)
    dosed.ok(f"/api/reactions/{card}/follow-up", {"severity": "severe"})
    assert "发热38.6℃及以上" in dosed.http.page(f"/residents/{BO}").text
    dosed.at(SECOND)
    refused(dosed.book(BO, from_day=SECOND), "severe-reaction", 409)
    assert dosed.view() == dosed.rebuilt_view()


def test_when_a_merge_is_undone_the_card_is_of_its_own_record_alone(dosed: Stadium):
    dosed.consented(BO)
    card = reports(dosed)["card"]
    dosed.hears("registration", "ResidentsMerged", resident=ANNA, into=BO, doses=[])
    assert f"/reactions/{card}" in dosed.http.page(f"/residents/{BO}").text
    dosed.hears("registration", "MergeUndone", resident=ANNA, into=BO)
    assert f"/reactions/{card}" not in dosed.http.page(f"/residents/{BO}").text
    assert f"/reactions/{card}" in dosed.http.page(HERE).text
    refused(dosed.person(BO, "adverse-event", **FEVER), "nothing-to-observe", 409)
    assert dosed.view() == dosed.rebuilt_view()


def test_a_person_erased_later_keeps_the_card_without_the_name(dosed: Stadium):
    card = reports(dosed)["card"]
    dosed.hears("registration", "ResidentErased", resident=ANNA, **ERASED)
    dosed.ok(f"/api/reactions/{card}/follow-up", {"outcome": "recovered"})
    dosed.ok(f"/api/reactions/{card}/reported-up", {"to": "CDC"})
    [found] = cards(dosed)
    assert (found["outcome"], found["open"]) == ("recovered", False)
    for url in ("/reactions", f"/reactions/{card}"):
        assert "已删除" in dosed.http.page(url).text, url
    assert rows(dosed)[1][0] == "已删除"
    assert dosed.view() == dosed.rebuilt_view()


# Pages


def rows(site: Stadium) -> list[list[Any]]:
    answer = site.http.page("/reactions.xlsx")
    assert answer.status_code == 200
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets[0]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_the_whole_card_is_a_form_and_a_page_to_print_and_a_row_of_a_workbook(dosed: Stadium):
    form = dosed.http.page(f"{HERE}/reaction").text
    for name in ("onset", "found", "dose", "signs.plexitis", "severity", "admitted", "diagnosis"):
        assert f'name="{name}"' in form, name
    sent: dict[str, str] = {"onset": f"{FIRST}T09:30", "found": f"{FIRST}T09:40", "dose": ""}
    sent |= {"signs.rash": "on", "signs.urticaria": "on", "severity": "mild", "outcome": "ill"}
    sent |= {"found_by": "person", "classified": "not_yet", "other": "=口唇肿", "course": "午饭后"}
    answer = dosed.http.form(f"/api{HERE}/adverse-event", _next=HERE, **sent)
    assert answer.status_code == 303
    [found] = cards(dosed)
    assert found["signs"] == ["rash", "urticaria", "other"]
    page = dosed.http.page(f"/reactions/{found['card']}").text
    for text in ("皮疹、荨麻疹、=口唇肿", "本人报告", "SV-1", "午饭后", "data-print"):
        assert text in page, text
    [head, row] = rows(dosed)
    assert row[head.index("批号")] == "SV-1"
    assert row[head.index("表现")] == "皮疹、荨麻疹、=口唇肿"
    assert row[head.index("最晚上报")] == "4月4日 09:40"
    assert f"/reactions/{found['card']}" in dosed.http.page(HERE).text


def test_a_serious_card_is_asked_about_before_it_is_stored(dosed: Stadium):
    sent = {"severity": "death", "signs.anaphylaxis": "on", "onset": f"{FIRST}T09:30"}
    asked = dosed.http.form(f"/api{HERE}/adverse-event", _next=HERE, **sent)
    assert "过敏性休克" in asked.text
    assert dosed.events("AdverseEventReported") == []
    assert "已记录不良反应：死亡" in dosed.http.page(dosed.http.press(asked).location).text
    [event] = dosed.events("AdverseEventReported")
    assert (event["data"]["severity"], event["data"]["signs"]) == ("death", ["anaphylaxis"])


def test_whoever_only_looks_on_may_read_and_not_write(dosed: Stadium):
    card = reports(dosed)["card"]
    office = dosed.http.signed_in("office", ("office", "town"))
    auditor = dosed.http.signed_in("auditor", ("auditor", "town"))
    for person in (office, auditor):
        assert 'action="/api/' not in person.page(f"/reactions/{card}").text
        refused(
            person.post(f"/api/reactions/{card}/follow-up", {"outcome": "ill"}), "not-allowed", 403
        )
    assert office.page("/reactions.xlsx").status_code == 200
    assert auditor.page("/reactions.xlsx").status_code == 403


# What was stored before


def test_a_reaction_of_version_1_is_a_card_with_its_sign_in_words(tmp_path: Path):
    del tmp_path
    old = {"site": "stadium", "resident": str(ANNA), "dose": 1, "day": FIRST, "batch": "SV-1"}
    name, new = catalogue.upcast(
        "AdverseEventReported", 1, old | {"severity": "severe", "sign": "晕厥"}
    )
    catalogue.latest(name).check(new)
    assert (new["signs"], new["other"], new["onset"]) == (["other"], "晕厥", None)
    again = catalogue.upcast("AdverseEventReported", 1, old | {"severity": "mild", "sign": "晕厥"})
    assert again[1]["card"] != new["card"]
