"""Close a day, open it again, note what was looked at."""

from __future__ import annotations

from datetime import date
from typing import TypedDict

from services.appointments.closing.points import the_day
from services.appointments.domain.closing import Closing, Figures
from services.appointments.domain.refusals import DayToClose, NotToReview
from services.appointments.duty.commands import all_leave
from services.appointments.sessions import queries as sessions
from shared.town.terms.visits import CLOSING_POINTS
from shared.town.work import Work


class Closed(TypedDict):
    """How a day was closed: doses by their number, people, and the points left open."""

    day: date
    first: int
    second: int
    people: int
    not_come: int
    wasted: int
    open: list[str]


class Reopened(TypedDict):
    """A day that goes on."""

    day: date


class Looked(TypedDict):
    """What was noted of one thing."""

    day: date
    item: str
    note: str


def close(work: Work, day: date, note: str | None = None, version: int | None = None) -> Closed:
    """Close a day, with points left open for a reason only; whoever is on duty has left then.

    Raises `DayToClose`, `NoSuchSlot` without a session, `ChangedSince`, `DayClosed`, `PointsOpen`.
    """
    if day > work.today():
        raise DayToClose(day=day)
    sessions.session_on(work, day)
    closing = _closing(work, day, version)
    sessions.must_be_open(work, day)
    found = the_day(work, day)
    figures = found.figures
    kept = Figures(
        figures["first"],
        figures["second"],
        figures["came"],
        figures["not_come"],
        figures["wasted"],
    )
    left = {code: CLOSING_POINTS[code] for code in found.open}
    closing.close(work.site, day, kept, left, (note or "").strip() or None)
    work.save(closing)
    all_leave(work, day)
    return {"day": day, **kept._asdict(), "open": found.open}  # type: ignore[typeddict-item]


def reopen(work: Work, day: date, reason: str, version: int | None = None) -> Reopened:
    """Let a day go on; one that is open stays as it is. Raises `ChangedSince`."""
    closing = _closing(work, day, version)
    closing.reopen(work.site, day, reason)
    work.save(closing)
    return {"day": day}


def look(work: Work, day: date, item: str, note: str) -> Looked:
    """Note what was found of one thing that needs a look. Raises `NotToReview`."""
    found = next((each for each in the_day(work, day).review if each["item"] == item), None)
    if found is None:
        raise NotToReview
    closing = _closing(work, day, None)
    closing.look(work.site, day, found["kind"], item, note)
    work.save(closing)
    return {"day": day, "item": item, "note": note}


def _closing(work: Work, day: date, version: int | None) -> Closing:
    return work.begin(Closing, Closing.create_id(work.site, day), version)
