"""A day in figures and by name: who came, what was given, when and at which desk; who closed it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple, TypedDict

from sqlalchemy import and_, func, select

from services.appointments.closing.views import attended, turned_away
from services.appointments.courses.views import doses
from services.appointments.domain.closing import Closing
from services.appointments.reactions.queries import Named as Reaction
from services.appointments.reactions.queries import reactions
from services.appointments.sessions.queries import planned_site
from services.appointments.stock.accounts import DayOfBatch
from services.appointments.visits.queries import Expected
from shared.kit.contracts import Event
from shared.kit.formats import Id, Moment
from shared.town.mirrors.residents import residents
from shared.town.work import Work

CLOSING = ("SessionClosed", "SessionReopened")


class Figures(TypedDict):
    """A day in figures; `booked` came, did not come, or are still expected.

    `deferred` and `contraindicated`: turned away as this site has heard; `floor`: doses a day at least.
    """

    booked: int
    came: int
    expected: int
    not_come: int
    first: int
    second: int
    deferred: int
    contraindicated: int
    reactions: int
    wasted: int
    floor: int
    floor_reached: bool


class Visitor(TypedDict):
    """Somebody of a day: slot, status, when checked in; the dose if one was given, and when it ended."""

    resident: Id
    identity: str | None
    unit: str
    time: str
    number: int | None
    dose: int
    status: str
    came_at: Moment | None
    left_at: Moment | None
    early_reason: str | None
    given_at: Moment | None
    product: str | None
    batch: str | None
    vaccinator: str | None
    desk: str | None
    trace_code: str | None


class OfHour(NamedTuple):
    """How many were checked in within an hour of a day, and how many doses were given."""

    hour: int
    came: int
    first: int
    second: int


class OfDesk(NamedTuple):
    """How many doses somebody gave at a desk."""

    desk: str
    vaccinator: str
    first: int
    second: int


class Said(NamedTuple):
    """That a day was closed or opened again: by whom, when, what was left open, and why."""

    closed: bool
    by: str
    at: datetime
    open: list[str]
    why: str


_DOSE = and_(
    doses.c.resident == attended.c.resident,
    doses.c.dose == attended.c.dose,
    doses.c.day == attended.c.day,
)
_OF_DOSE = ("given_at", "product", "batch", "vaccinator", "desk", "trace_code")
_VISITS = select(attended, residents.c.identity, *(doses.c[name] for name in _OF_DOSE)).select_from(
    attended.outerjoin(doses, _DOSE).outerjoin(
        residents, residents.c.resident == attended.c.resident
    )
)


def visitors(work: Work, day: date, booked: Sequence[Expected]) -> list[Visitor]:
    """Return everybody of a day, as they came; then those who did not, and who is still expected.

    `booked`: the day's appointments as they are now.
    """
    query = _VISITS.where(attended.c.day == day.isoformat())
    rows = work.rows(query)
    now = {(row["resident"], row["dose"]): row for row in booked}
    found = {(row["resident"], row["dose"]): _visitor(row, now) for row in rows}
    for key, row in now.items():
        if row["status"] == "booked" and key not in found:
            none = dict.fromkeys(("number", "came_at", "left_at", "early_reason", *_OF_DOSE))
            found[key] = _visitor({**row, **none}, now)
    return sorted(found.values(), key=_in_order)


def _visitor(row: dict[str, object], now: dict[tuple[str, int], Expected]) -> Visitor:
    key = str(row["resident"]), int(str(row["dose"]))
    is_now = now[key]["status"] if key in now else "cancelled"
    if row["given_at"]:
        status = "done" if row["left_at"] else "vaccinated"
    elif row["came_at"] is None:
        status = "booked" if is_now == "booked" else "no_show"
    else:
        status = "waiting" if is_now == "waiting" else "cancelled"
    told = {name: row[name] for name in Visitor.__annotations__ if name != "status"}
    return Visitor(**told, status=status)  # type: ignore[typeddict-item]


def _in_order(one: Visitor) -> tuple[bool, str, str, str]:
    return (one["came_at"] is None, one["came_at"] or "", one["time"], one["resident"])


def figures(
    work: Work, day: date, people: Sequence[Visitor], batches: Sequence[DayOfBatch]
) -> Figures:
    """Return a day in figures, from its people and batches."""
    of_dose = Counter(each["dose"] for each in people if each["given_at"])
    expected = sum(each["status"] == "booked" for each in people)
    not_come = sum(each["status"] == "no_show" for each in people)
    floor = planned_site(work).daily_floor
    return {
        "booked": len(people),
        "came": len(people) - expected - not_come,
        "expected": expected,
        "not_come": not_come,
        "first": of_dose[1],
        "second": of_dose[2],
        "deferred": _turned_away(work, day, "deferred"),
        "contraindicated": _turned_away(work, day, "contraindicated"),
        "reactions": sum(day_of(work, each["recorded_at"]) == day for each in reactions(work)),
        "wasted": sum(each.lost for each in batches),
        "floor": floor,
        "floor_reached": of_dose.total() >= floor,
    }


def _turned_away(work: Work, day: date, finding: str) -> int:
    at = turned_away.c
    query = select(func.count().label("number")).where(
        at.day == day.isoformat(), at.site == work.site, at.finding == finding
    )
    found = work.row(query)
    return found["number"] if found else 0


def by_hour(work: Work, people: Sequence[Visitor]) -> list[OfHour]:
    """Return the hours in which anybody came or was vaccinated, the first on top."""
    came = Counter(_hour(work, each["came_at"]) for each in people if each["came_at"])
    given = Counter(
        (_hour(work, each["given_at"]), each["dose"]) for each in people if each["given_at"]
    )
    hours = sorted({*came, *(hour for hour, _ in given)})
    return [OfHour(hour, came[hour], given[hour, 1], given[hour, 2]) for hour in hours]


def by_desk(people: Sequence[Visitor]) -> list[OfDesk]:
    """Return who gave how many doses at which desk ("": none was said)."""
    given = Counter(
        (each["desk"] or "", str(each["vaccinator"]), each["dose"])
        for each in people
        if each["given_at"]
    )
    places = sorted({(desk, who) for desk, who, _ in given})
    return [OfDesk(desk, who, given[desk, who, 1], given[desk, who, 2]) for desk, who in places]


def unreported(work: Work, day: date) -> list[Reaction]:
    """Return the reactions recorded by the end of a day whose clock still runs."""
    return [
        each
        for each in reactions(work)
        if each["open"] and day_of(work, each["recorded_at"]) <= day
    ]


def version(work: Work, day: date) -> int:
    """Return the version of a day's closing, which its page is shown at; 0: nothing was said of it."""
    return work.begin(Closing, Closing.create_id(work.site, day)).version


def history(work: Work, day: date) -> list[Said]:
    """Return how often a day was closed and opened again, the oldest first."""
    stream = work.store.stream(str(Closing.create_id(work.site, day)))
    return [_said(each) for each in stream if each.name in CLOSING]


def _said(event: Event) -> Said:
    told, closed = event.data, event.name == "SessionClosed"
    why = (told["note"] if closed else told["reason"]) or ""
    left = list(told["open"]) if closed else []
    return Said(closed, event.actor, datetime.fromisoformat(event.recorded_at), left, why)


def day_of(work: Work, instant: str) -> date:
    """Return the town's day of an instant."""
    return local(work, instant).date()


def clock(work: Work, instant: str | None) -> str:
    """Return the town's time of an instant, 09:41; "": there is none."""
    return f"{local(work, instant):%H:%M}" if instant else ""


def _hour(work: Work, instant: str | None) -> int:
    return local(work, str(instant)).hour


def local(work: Work, instant: str) -> datetime:
    """Return an instant by the town's clock."""
    return datetime.fromisoformat(instant).astimezone(work.campaign.zone)
