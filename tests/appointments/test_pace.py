"""The pace of a day: doses of each hour beside what the floor asks for, and what comes of it by closing."""

from __future__ import annotations

from datetime import time

from services.appointments.onsite.pace import Forecast, forecast, hours_of

DAY = ((480, 720), (840, 1080))  # 08:00-12:00, 14:00-18:00


def every(minutes: float, first: float, last: float) -> list[float]:
    """Doses given in even steps."""
    return [first + minutes * n for n in range(int((last - first) / minutes))]


def test_the_floor_is_spread_over_the_hours_in_which_the_site_is_open():
    hours = hours_of([500.0, 501.0, 545.0, 780.0], DAY, 600)
    assert [(f"{each.begins:%H}", each.doses, each.needed) for each in hours] == [
        ("08", 2, 75),
        ("09", 1, 75),
        ("10", 0, 75),
        ("11", 0, 75),
        ("13", 1, 0),
        ("14", 0, 75),
        ("15", 0, 75),
        ("16", 0, 75),
        ("17", 0, 75),
    ]


def test_an_hour_that_is_open_in_part_asks_for_its_part():
    assert [each.needed for each in hours_of([], ((510, 600),), 90)] == [30, 60]


def test_at_the_pace_of_the_last_hour_the_floor_is_reached_or_not():
    fast = forecast(every(0.75, 480, 600), DAY, 600, 600.0)
    assert fast == Forecast(80, 640, time(17, 30), reached=False)
    slow = forecast(every(1, 480, 600), DAY, 600, 600.0)
    assert slow == Forecast(60, 480, None, reached=False)


def test_the_rest_at_noon_is_no_part_of_the_last_hour():
    given = every(1, 660, 720) + every(1, 840, 850)
    assert forecast(given, DAY, 600, 850.0).pace == 60


def test_before_ten_minutes_of_opening_nothing_is_foretold():
    assert forecast([481.0], DAY, 600, 489.0) == Forecast(None, None, None, reached=False)
    assert forecast([481.0], DAY, 600, 400.0) == Forecast(None, None, None, reached=False)


def test_once_the_floor_is_reached_it_is_said_when():
    found = forecast(every(0.5, 480, 800), DAY, 600, 800.0)
    assert (found.floor_at, found.reached) == (time(12, 59), True)


def test_after_closing_there_is_nothing_to_come():
    assert forecast([500.0, 510.0], DAY, 600, 1100.0) == Forecast(None, 2, None, reached=False)


def test_when_nobody_comes_any_more_the_floor_is_not_reached():
    found = forecast([500.0], DAY, 600, 700.0)
    assert found == Forecast(0, 1, None, reached=False)
