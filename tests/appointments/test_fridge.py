"""Refrigerators: read twice a day; out of 2 to 8 °C nothing of them is given until somebody decides."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from services.appointments.domain.batch import Batch
from services.appointments.fridge.queries import missing, readings_of
from tests.support.part import CAMPAIGN_FILE
from tests.support.stadium import ANNA, FIRST, START, Stadium, batch, refused
from tests.web.test_confirmation import question

READINGS = "/api/fridges/readings"


def read(site: Stadium, celsius: object, **more: Any) -> Any:
    return site.http.post(READINGS, {"celsius": celsius, **more})


def lacking(site: Stadium) -> list[tuple[int, bool, bool]]:
    return [
        (each["which"], each["due"], each["overdue"]) for each in missing(site.app, site.today())
    ]


def held(site: Stadium, number: str = "SV-1") -> list[str]:
    rows = site.read("/api/batches")["batches"]
    [row] = [each for each in rows if each["batch"] == number]
    return [each["cause"] for each in row["held"]]


# Readings


def test_a_day_wants_two_readings_six_hours_apart(site: Stadium):
    assert lacking(site) == [(1, True, False), (2, False, False)]
    site.at(f"{START}T08:05")
    answer = site.ok(READINGS, {"celsius": 4.5})
    assert answer == {
        "fridge": "1",
        "number": 1,
        "celsius": 4.5,
        "read_at": f"{START}T08:05",
        "held": [],
    }
    assert lacking(site) == [(2, False, False)]
    site.at(f"{START}T13:00")
    site.ok(READINGS, {"celsius": 5})
    assert lacking(site) == [(2, False, False)]
    site.at(f"{START}T14:05")
    assert lacking(site) == [(2, True, False)]
    site.ok(READINGS, {"celsius": 5})
    assert lacking(site) == []
    assert [each["celsius"] for each in readings_of(site.app, site.today())] == [4.5, 5.0, 5.0]
    assert site.view() == site.rebuilt_view()


def test_a_missing_reading_is_overdue_and_said_on_the_page(site: Stadium):
    site.at(f"{START}T12:01")
    assert lacking(site)[0] == (1, True, True)
    assert "应在 12:00 前测" in site.http.page("/fridge").text
    site.at(f"{START}T18:01")
    assert lacking(site) == [(1, True, True), (2, False, True)]
    site.at(FIRST)
    assert "缺 2 次" in site.http.page("/fridge").text


def test_where_no_vaccine_is_nothing_has_to_be_read(closed_site: Stadium):
    assert missing(closed_site.app, closed_site.today()) == []
    assert closed_site.http.page("/fridge").status_code == 200


def test_a_reading_of_earlier_today_has_its_time_and_none_is_of_later(site: Stadium):
    site.at(f"{START}T10:00")
    assert site.ok(READINGS, {"celsius": 4, "time": "08:10"})["read_at"] == f"{START}T08:10"
    refused(read(site, 4, time="10:01"), "read-later", 422)


def test_the_same_reading_sent_again_is_one(site: Stadium):
    for _ in range(2):
        assert site.ok(READINGS, {"celsius": 4, "time": "08:00"})["number"] == 1
    assert len(site.events("FridgeRead")) == 1


@pytest.mark.parametrize(
    "typed", ["abc", "", "-80", "46", "4.55", "4,5,1", "1e1", "nan", True, None]
)
def test_what_is_no_temperature_is_refused_in_words(site: Stadium, typed: object):
    assert read(site, typed).status_code == 422
    assert site.events("FridgeRead") == []


@pytest.mark.parametrize(
    ("typed", "meant"), [("4,5", 4.5), ("４．５", 4.5), ("−1", -1.0), (" 5 ℃", 5.0), (7, 7.0)]
)
def test_a_temperature_is_read_as_people_type_it(site: Stadium, typed: object, meant: float):
    assert site.ok(READINGS, {"celsius": typed})["celsius"] == meant


def test_an_unlikely_temperature_is_asked_about_and_not_taken(site: Stadium):
    refused(read(site, 37), "reading-unlikely", 409)
    asked = site.http.form(READINGS, _next="/fridge", celsius="37", fridge="1")
    assert "不像疫苗冰箱" in question(asked)
    assert site.events("FridgeRead") == []
    assert site.http.press(asked).status_code == 303
    assert site.events("FridgeRead")[0]["data"]["celsius"] == 37.0


def test_a_wrong_reading_is_taken_back_for_a_reason_and_counts_no_more(site: Stadium):
    site.ok(READINGS, {"celsius": 4})
    at = "/api/fridges/1/readings/1/withdraw"
    assert site.http.post(at, {}).status_code == 422
    for _ in range(2):
        site.ok(at, {"reason": "看错了"})
    assert len(site.events("FridgeReadingWithdrawn")) == 1
    assert lacking(site)[0][0] == 1
    assert "看错了" in site.http.page("/fridge").text
    refused(
        site.http.post("/api/fridges/1/readings/7/withdraw", {"reason": "x"}),
        "unknown-reading",
        404,
    )
    assert site.view() == site.rebuilt_view()


# Quarantine


def given(site: Stadium) -> Any:
    site.at(FIRST)
    site.person(ANNA, "check-in")
    site.cleared(ANNA, FIRST)
    return site.give()


def test_out_of_two_to_eight_degrees_no_dose_is_given_or_sent_on(site: Stadium):
    site.booked()
    assert read(site, 9.5).json["held"] == ["SV-1"]
    problem = refused(given(site), "batch-quarantined", 422)
    assert "冰箱 1 · 9.5 ℃" in problem["detail"]
    assert "解除隔离" in problem["detail"]
    sending = {"to_site": "township", "doses": 3, "note": "T-1"}
    refused(site.http.post("/api/batches/SV-1/send", sending), "batch-quarantined", 422)
    assert "批号 SV-1" in site.http.page("/fridge").text
    assert site.view() == site.rebuilt_view()


@pytest.mark.parametrize(("celsius", "causes"), [(1.9, 1), (2.0, 0), (8.0, 0), (8.1, 1)])
def test_the_bounds_are_two_and_eight_degrees(site: Stadium, celsius: float, causes: int):
    read(site, celsius)
    assert len(held(site)) == causes


def test_the_leader_or_the_office_releases_a_batch_with_a_reason_and_who_decided(site: Stadium):
    site.booked()
    read(site, 9.5)
    at, body = "/api/batches/SV-1/release", {"cause": "fridge", "reason": "短时超温"}
    assert site.http.post(at, body).status_code == 422
    nurse = site.http.signed_in("nurse", ("site_staff", "site:stadium"))
    assert nurse.post(at, body | {"decided_by": "x"}).status_code == 403
    office = site.http.signed_in("office", ("office", "town"))
    assert office.post(at, body | {"decided_by": "office"}).json == {"batch": "SV-1", "held": []}
    [said] = site.events("QuarantineLifted")
    assert (said["data"]["decided_by"], said["actor"]) == ("office", "office")
    assert given(site).status_code == 200


def test_who_saw_an_older_page_does_not_release_what_was_held_since(site: Stadium):
    read(site, 9.5, time="07:30")
    read(site, 15)
    body = {"cause": "fridge", "reason": "短时超温", "decided_by": "leader", "times": 1}
    refused(site.http.post("/api/batches/SV-1/release", body), "quarantine-changed", 409)
    assert site.ok("/api/batches/SV-1/release", body | {"times": 2})["held"] == []


LIFTING = {"cause": "fridge", "reason": "短时超温", "decided_by": "li"}


def test_whoever_releases_a_batch_is_told_that_the_refrigerator_is_too_warm_still(site: Stadium):
    read(site, 9.5)
    at = "/api/batches/SV-1/release"
    asked = question(site.http.form(at, _next="/fridge", **LIFTING))
    assert f"冰箱 1 最近一次读数仍是 9.5 ℃（{START}" in asked
    site.at(f"{START}T08:30")
    read(site, 5)
    assert "仍是" not in question(site.http.form(at, _next="/fridge", **LIFTING))


def test_all_that_is_held_for_a_withdrawn_reading_is_released_for_one_reason(site: Stadium):
    site.ok("/api/batches", batch("SV-2"))
    read(site, 9.5)
    at = "/api/fridges/1/readings/1"
    why = {"reason": "温度计看错", "decided_by": "li"}
    refused(site.http.post(f"{at}/release", why), "reading-not-withdrawn", 409)
    assert "因它隔离的全部解除" not in site.http.page("/fridge").text
    site.ok(f"{at}/withdraw", {"reason": "misread"})
    assert (held(site, "SV-1"), held(site, "SV-2")) == (["fridge"], ["fridge"])
    assert "因它隔离的全部解除" in site.http.page("/fridge").text
    asked = site.http.form(f"{at}/release", _next="/fridge", **why)
    assert "SV-1" in question(asked)
    assert "SV-2" in question(asked)
    assert site.http.press(asked).status_code == 303
    assert (held(site, "SV-1"), held(site, "SV-2")) == ([], [])
    assert len(site.events("QuarantineLifted")) == 2
    assert site.view() == site.rebuilt_view()


def test_what_is_held_is_written_off_as_cold_chain_broken(site: Stadium):
    read(site, 12)
    office = site.http.signed_in("office", ("office", "town"))
    body = {"doses": 1000, "reason": "cold_chain"}
    assert office.post("/api/batches/SV-1/waste", body).json["left"] == 0
    assert "批号 SV-1" not in site.http.page("/fridge").text


def test_the_page_says_what_will_be_held_before_it_is(site: Stadium):
    asked = site.http.form(READINGS, _next="/fridge", celsius="9.5", fridge="1")
    assert "SV-1" in question(asked)
    assert held(site) == []
    assert site.http.press(asked).status_code == 303
    assert held(site) == ["fridge"]


def test_a_snapshot_of_before_quarantine_is_read():
    state: dict[str, Any] = {}
    Batch.upcast_v2_v3(state)
    assert state == {"held": {}, "times": 0, "fridge": None}


# What comes into a warm refrigerator


def test_what_comes_into_a_refrigerator_that_is_out_of_range_is_held_at_once(site: Stadium):
    read(site, 9.5)
    came = site.http.form("/api/batches", _next="/stock", **batch("SV-2"))
    assert held(site, "SV-2") == ["fridge"]
    assert "在隔离：冰箱 1 · 9.5 ℃" in site.http.page(came.location).text
    arrival = batch("SV-3", 20) | {"from_site": "township", "note": "T-1"}
    assert site.ok("/api/arrivals", arrival)["warm"] == "1 · 9.5 ℃"
    assert len(site.events("BatchQuarantined")) == 3
    site.ok("/api/arrivals", arrival)
    site.ok("/api/batches", batch("SV-1"))
    assert len(site.events("BatchQuarantined")) == 3
    assert site.view() == site.rebuilt_view()


def test_a_warm_reading_that_was_withdrawn_or_followed_by_a_good_one_holds_nothing(site: Stadium):
    read(site, 9.5, time="07:00")
    read(site, 5, time="07:20")
    assert site.ok("/api/batches", batch("SV-2"))["warm"] is None
    read(site, 9.5, time="07:30")
    site.ok("/api/fridges/1/readings/3/withdraw", {"reason": "misread"})
    assert site.ok("/api/batches", batch("SV-3"))["warm"] is None


# Several refrigerators


@pytest.fixture
def two(tmp_path: Path) -> Stadium:
    """A stadium with refrigerators A and B."""
    plan = tmp_path / "plan.toml"
    hours, named = 'hours = ["08:00-12:00", "14:00-18:00"]', 'fridges = ["A", "B"]'
    plan.write_text(CAMPAIGN_FILE.read_text().replace(hours, f"{hours}\n{named}"))
    return Stadium(tmp_path, campaign_file=plan).opens()


def test_only_what_lies_in_a_refrigerator_or_may_is_held_for_it(two: Stadium):
    for number in ("SV-2", "SV-3"):
        two.ok("/api/batches", batch(number))
    two.ok("/api/batches/SV-2/fridge", {"fridge": "A"})
    two.ok("/api/batches/SV-3/fridge", {"fridge": "B"})
    assert sorted(read(two, 9, fridge="A").json["held"]) == ["SV-1", "SV-2"]
    assert (held(two, "SV-1"), held(two, "SV-2"), held(two, "SV-3")) == (["fridge"], ["fridge"], [])
    assert two.ok("/api/batches/SV-3/fridge", {"fridge": "A"})["warm"] == "A · 9 ℃"
    assert held(two, "SV-3") == ["fridge"]
    refused(read(two, 4, fridge="C"), "unknown-fridge", 404)
    assert {each["fridge"] for each in missing(two.app, two.today())} == {"A", "B"}
    page = two.http.page("/fridge").text
    assert "批次存放在哪个冰箱" in page
    assert two.view() == two.rebuilt_view()


# Recalls that look alike


@pytest.mark.parametrize("ordered", ["SV-I", "sv -１", "ＳＶ-l", "SV—1"])
def test_a_batch_that_looks_like_one_ordered_back_is_held_and_asked_about(
    site: Stadium, ordered: str
):
    order = {"batch": ordered, "product": "CoronaVac", "reason": "by the maker"}
    site.hears("supervision", "RecallOrdered", **order)
    assert held(site) == ["looks_recalled"]
    assert site.read("/api/batches")["batches"][0]["recalled"] is None
    page = site.http.page("/fridge").text
    assert "是同一批就召回" in page
    assert site.ok("/api/batches/SV-1/recall", {"reason": "it is"})["recalled"] is True


def test_another_product_and_a_number_that_is_only_near_are_left_alone(site: Stadium):
    for number, product in (("SV-I", "BIBP"), ("SV-11", "CoronaVac")):
        order = {"batch": number, "product": product, "reason": "by the maker"}
        site.hears("supervision", "RecallOrdered", **order)
    assert held(site) == []
