"""ISO weeks as text (R22, R26)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.town.campaign import days_of, parse_week, week_of, weeks_between
from shared.town.campaign.weeks import BadWeek

days = st.dates(date(1, 1, 1), date(9998, 12, 31))
near = st.dates(date(1999, 1, 1), date(2101, 12, 31))


@given(days)
def test_a_day_lies_in_the_days_of_its_week(day: date) -> None:
    week = days_of(week_of(day))
    assert len(week) == 7
    assert week[day.weekday()] == day
    assert {week_of(each) for each in week} == {week_of(day)}
    assert [each.weekday() for each in week] == list(range(7))


@given(days)
def test_a_week_reads_back(day: date) -> None:
    year, week = parse_week(week_of(day))
    assert (year, week) == tuple(day.isocalendar())[:2]


@given(near, st.integers(0, 800))
def test_weeks_between_are_all_weeks_of_the_days_between(start: date, length: int) -> None:
    end = start + timedelta(days=length)
    every_day = (start + timedelta(days=n) for n in range(length + 1))
    assert weeks_between(start, end) == tuple(dict.fromkeys(map(week_of, every_day)))


@pytest.mark.parametrize(
    ("day", "week"),
    [
        (date(2024, 3, 25), "2024-W13"),
        (date(2024, 6, 20), "2024-W25"),
        (date(2024, 12, 30), "2025-W01"),
        (date(2021, 1, 3), "2020-W53"),
        (date(999, 6, 1), "0999-W22"),
    ],
)
def test_known_weeks(day: date, week: str) -> None:
    assert week_of(day) == week
    assert day in days_of(week)


def test_the_campaign_has_thirteen_weeks() -> None:
    weeks = weeks_between(date(2024, 3, 25), date(2024, 6, 20))
    assert (weeks[0], weeks[-1], len(weeks)) == ("2024-W13", "2024-W25", 13)


def test_no_weeks_between_an_end_and_a_later_start() -> None:
    assert weeks_between(date(2024, 4, 8), date(2024, 4, 7)) == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2024-14",
        "2024-W1",
        "2024-W00",
        "2024-W53",
        "2024-W54",
        "2024-w14",
        "2024W14",
        " 2024-W14",
        "2024-W14\n",
        "２０２４-W14",
        "0000-W01",
        "9999-W52",
    ],
)
def test_what_is_no_week_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(BadWeek, match="2024-W14") as refusal:
        days_of(text)
    assert refusal.value.text == text
