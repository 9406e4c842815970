"""Refrigerators of sites: not read on a day that vaccinated, or out of 2 to 8 °C."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from services.supervision.checks.commands import flag_unread_fridges
from tests.support.part import PartUnderTest

DAY, NEXT, SITE = "2024-04-02", "2024-04-03", "appointments/stadium"
GIVEN = {
    "unit": "v01",
    "cohort": "general",
    "dose": 1,
    "product": "CoronaVac",
    "batch": "SV-1",
    "vaccinator": "nurse-01",
}


@pytest.fixture
def group(tmp_path: Path) -> PartUnderTest:
    group = PartUnderTest(tmp_path, "supervision")
    group.at(DAY)
    return group


def dose(group: PartUnderTest, number: int = 1, day: str = DAY) -> None:
    who = uuid.UUID(int=number)
    group.hears(SITE, "DoseAdministered", resident=who, site="stadium", day=day, **GIVEN)


def read(group: PartUnderTest, number: int, at: str, celsius: float = 4.5) -> None:
    told = {"site": "stadium", "day": DAY, "fridge": "1", "number": number}
    group.hears(SITE, "FridgeRead", **told, celsius=celsius, read_at=f"{DAY}T{at}")


def is_heard(group: PartUnderTest, site: str) -> None:
    """Something comes from a site, whatever it is: all it did before is known."""
    told = {"site": site, "day": "2024-06-01", "product": "CoronaVac", "slots": []}
    group.hears(f"appointments/{site}", "SessionOpened", **told)


def flagged(group: PartUnderTest) -> list[tuple[str, str, str]]:
    with group.transaction():
        flag_unread_fridges(group.app)
    facts = [event["data"] for event in group.events("AnomalyFlagged")]
    return [(each["kind"], each["subject"], each["detail"]) for each in facts]


def test_a_day_that_vaccinated_without_two_readings_is_flagged_once_it_is_over(
    group: PartUnderTest,
):
    dose(group)
    assert flagged(group) == []
    group.at(NEXT)
    is_heard(group, "stadium")
    for _ in range(2):
        assert flagged(group) == [("fridge_not_read", f"stadium {DAY}", "1")]
    page = group.http.page("/").text
    assert "冰箱没有按时测温" in page
    assert "4月2日" in page
    assert group.view() == group.rebuilt_view()


def test_a_site_that_is_not_heard_has_a_week_before_its_readings_are_said_to_be_missing(
    group: PartUnderTest,
):
    dose(group)
    for day, flags in ((NEXT, 0), ("2024-04-09", 0), ("2024-04-10", 1)):
        group.at(day)
        assert len(flagged(group)) == flags


@pytest.mark.parametrize(("second", "flags"), [("13:59", 1), ("14:00", 0)])
def test_two_readings_are_six_hours_apart(group: PartUnderTest, second: str, flags: int):
    dose(group)
    read(group, 1, "08:00")
    read(group, 2, second)
    group.at(NEXT)
    is_heard(group, "stadium")
    assert len(flagged(group)) == flags


def test_a_reading_taken_back_does_not_count(group: PartUnderTest):
    dose(group)
    read(group, 1, "08:00")
    read(group, 2, "15:00")
    taken = {"site": "stadium", "day": DAY, "fridge": "1", "number": 2, "reason": "misread"}
    group.hears(SITE, "FridgeReadingWithdrawn", **taken)
    group.at(NEXT)
    is_heard(group, "stadium")
    assert len(flagged(group)) == 1
    assert group.view() == group.rebuilt_view()


def test_a_day_without_doses_is_not_flagged(group: PartUnderTest):
    group.at(NEXT)
    is_heard(group, "stadium")
    assert flagged(group) == []


def test_a_temperature_out_of_two_to_eight_is_flagged_as_it_is_heard(group: PartUnderTest):
    read(group, 1, "08:00", 8.0)
    assert flagged(group) == []
    read(group, 2, "08:10", 9.5)
    assert flagged(group) == [("fridge_out_of_range", "stadium 1 2", f"9.5 {DAY}T08:10")]
    page = group.http.page("/").text
    assert "冰箱超出 2–8 ℃" in page
    assert f"9.5 ℃，{DAY} 08:10" in page
