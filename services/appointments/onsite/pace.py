"""Pace: doses of each hour of a day beside what the floor asks for, and what comes of it by closing.

Pure: minutes of the town's day in, figures out. Hours in which the site rests do not count.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from typing import NamedTuple

HOUR = 60
TOO_EARLY = 10
"""Minutes of opening before which nothing is foretold."""

Spans = Sequence[tuple[int, int]]
"""When a site is open, in minutes of the day, in order and apart."""


class Hour(NamedTuple):
    """An hour of the day: doses given in it, and doses that the floor asks for."""

    begins: time
    doses: int
    needed: int


class Forecast(NamedTuple):
    """Doses an hour of late, doses by closing, and when the floor is reached; None: not known, not today.

    `reached`: it has been already.
    """

    pace: int | None
    by_closing: int | None
    floor_at: time | None
    reached: bool


def hours_of(given: Sequence[float], spans: Spans, floor: int) -> list[Hour]:
    """Return every hour in which the site is open, or in which somebody was vaccinated all the same."""
    total = sum(closes - opens for opens, closes in spans)
    found: list[Hour] = []
    for hour in range(24):
        begins, ends = hour * HOUR, (hour + 1) * HOUR
        open_for = sum(max(0, min(closes, ends) - max(opens, begins)) for opens, closes in spans)
        doses = sum(begins <= at < ends for at in given)
        if open_for or doses:
            found.append(Hour(time(hour), doses, -(-floor * open_for // total)))
    return found


def forecast(given: Sequence[float], spans: Spans, floor: int, now: float) -> Forecast:
    """Return what is to be expected at the pace of the last hour of opening."""
    done, ordered = len(given), sorted(given)
    reached = done >= floor
    floor_at = _time(ordered[floor - 1]) if reached else None
    total, elapsed = _elapsed(spans, 24 * HOUR), _elapsed(spans, now)
    if elapsed >= total:
        return Forecast(None, done, floor_at, reached)
    if elapsed < TOO_EARLY:
        return Forecast(None, None, floor_at, reached)
    window = min(float(HOUR), elapsed)
    since = _minute(spans, elapsed - window)
    a_minute = sum(at >= since for at in given) / window
    if not reached and a_minute:
        at = elapsed + (floor - done) / a_minute
        floor_at = _time(_minute(spans, at)) if at <= total else None
    by_closing = done + round(a_minute * (total - elapsed))
    return Forecast(round(a_minute * HOUR), by_closing, floor_at, reached)


def _elapsed(spans: Spans, minute: float) -> float:
    """For how long a site has been open on a day."""
    return sum(min(minute, closes) - opens for opens, closes in spans if minute > opens)


def _minute(spans: Spans, elapsed: float) -> float:
    """When a site has been open for so long."""
    left = elapsed
    for opens, closes in spans:
        if left <= closes - opens:
            return opens + left
        left -= closes - opens
    return spans[-1][1]


def _time(minute: float) -> time:
    return time(*divmod(min(int(minute), 24 * HOUR - 1), HOUR))
