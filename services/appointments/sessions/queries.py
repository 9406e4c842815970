"""Which sessions there are, and which of their places are free by the clock of the site."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TypedDict

from sqlalchemy import and_, bindparam, func, or_, select

from services.appointments.domain.refusals import DayClosed, DayOver, NoSuchSlot
from services.appointments.domain.session import Session
from services.appointments.domain.site import Site
from services.appointments.sessions.views import closed, sessions, slots
from shared.kit.dates import Slot
from shared.kit.eventstore import Prepared
from shared.kit.formats import Day, Moment, only
from shared.town.campaign import Site as PlannedSite
from shared.town.campaign import days_of, week_of
from shared.town.work import Work

NEXT_FREE = 5

_OPEN = slots.c.day.not_in(select(closed.c.day))
_free = (
    select(slots.c.day, slots.c.time, (slots.c.capacity - slots.c.taken).label("free"))
    .where(
        slots.c.day.between(bindparam("first"), bindparam("last")),
        slots.c.taken < slots.c.capacity,
        _OPEN,
        or_(
            slots.c.day > bindparam("ended_day"),
            and_(slots.c.day == bindparam("ended_day"), slots.c.time > bindparam("ended_time")),
        ),
    )
    .order_by(slots.c.day, slots.c.time)
    .limit(bindparam("most"))
)
_FREE = Prepared(_free)
_FREE_OF_PRODUCT = Prepared(_free.where(slots.c.product == bindparam("product")))


_FREE_DAYS = (
    select(slots.c.day, func.sum(slots.c.capacity - slots.c.taken).label("free"))
    .where(slots.c.taken < slots.c.capacity, _OPEN)
    .group_by(slots.c.day)
    .order_by(slots.c.day)
)
_CLOSED = Prepared(select(closed).where(closed.c.day == bindparam("wanted")))


class ClosedBy(TypedDict):
    """Who closed a day, and when."""

    day: Day
    by: str
    at: Moment


class FreeDay(TypedDict):
    """A day with places, not over yet."""

    day: Day
    free: int


class FreeSlot(TypedDict):
    """A slot with places: day (ISO), time (HH:MM), places."""

    day: Day
    time: str
    free: int


class SlotShown(TypedDict):
    """A slot of a session; over, it has no free place."""

    time: str
    capacity: int
    taken: int
    free: int


class SessionShown(TypedDict):
    """A session with the places of all its slots."""

    day: Day
    product: str
    capacity: int
    taken: int
    slots: list[SlotShown]


class Sessions(TypedDict):
    """Sessions in the order of their days."""

    sessions: list[SessionShown]


def planned_site(work: Work) -> PlannedSite:
    """Return the site as the campaign plans it."""
    return work.campaign.site(work.site)


def opened_on(work: Work) -> date | None:
    """Return the day on which the first batch opened the site (R06)."""
    return work.begin(Site, Site.create_id(work.site)).opened


def ended_slot(work: Work) -> tuple[str, str]:
    """Return day and time of the latest slot that is over by the clock, if it exists."""
    ended = work.now() - timedelta(minutes=work.campaign.slot_minutes)
    return ended.date().isoformat(), ended.strftime("%H:%M")


def closed_by(work: Work, day: date) -> ClosedBy | None:
    """Return who closed a day; None: it is open."""
    return work.row(_CLOSED, ClosedBy, wanted=day.isoformat())


def must_be_open(work: Work, day: date) -> None:
    """Raise `DayClosed` once a day is closed: nothing is done for it any more."""
    if found := closed_by(work, day):
        raise DayClosed(day=day, by=found["by"], at=datetime.fromisoformat(found["at"]))


def free_slots(
    work: Work, first: date, last: date, *, product: str | None = None, most: int = NEXT_FREE
) -> list[FreeSlot]:
    """Return slots with places between two days, not over yet, earliest first."""
    ended_day, ended_time = ended_slot(work)
    return work.rows(
        _FREE if product is None else _FREE_OF_PRODUCT,
        FreeSlot,
        first=first.isoformat(),
        last=last.isoformat(),
        ended_day=ended_day,
        ended_time=ended_time,
        product=product,
        most=most,
    )


def free_days(work: Work, first: date, product: str | None = None) -> list[FreeDay]:
    """Return days from one on that have free places, today only those of slots not over yet."""
    day, ended = ended_slot(work)
    query = _FREE_DAYS.where(
        slots.c.day >= first.isoformat(), or_(slots.c.day > day, slots.c.time > ended)
    )
    return work.rows(query if product is None else query.where(slots.c.product == product), FreeDay)


def session_list(work: Work, first: date, last: date) -> list[SessionShown]:
    """Return sessions between two days with their slots."""
    ended = ended_slot(work)
    within = slots.c.day.between(first.isoformat(), last.isoformat())
    over = {row["day"] for row in work.rows(select(closed.c.day))}
    found: dict[str, SessionShown] = {}
    for row in work.rows(select(slots).where(within).order_by(slots.c.day, slots.c.time)):
        day = row["day"]
        session = found.setdefault(
            day, {"day": day, "product": row["product"], "capacity": 0, "taken": 0, "slots": []}
        )
        session["capacity"] += row["capacity"]
        session["taken"] += row["taken"]
        gone = (day, row["time"]) <= ended or day in over
        free = 0 if gone else row["capacity"] - row["taken"]
        session["slots"].append(only(SlotShown, row | {"free": free}))
    return list(found.values())


def opened_days(work: Work, first: date, last: date) -> set[str]:
    """Return the days between two that have a session."""
    within = sessions.c.day.between(first.isoformat(), last.isoformat())
    return {row["day"] for row in work.rows(select(sessions.c.day).where(within))}


def to_open(work: Work, otherwise: date) -> tuple[date, date]:
    """Return the next days to open: the rest of the first week without sessions, else that of a day."""
    campaign = work.campaign
    last = work.row(select(func.max(sessions.c.day).label("day")))
    opened = last["day"] if last else None
    first = date.fromisoformat(opened) + timedelta(days=1) if opened else campaign.start
    if first > campaign.end:
        first = otherwise
    return first, min(days_of(week_of(first))[-1], campaign.end)


def session_on(work: Work, day: date, time: str | None = None) -> Session:
    """Return the session of a day, to decide on. Raises `NoSuchSlot`."""
    session = work.find(Session, Session.create_id(work.site, day))
    if session is None:
        raise NoSuchSlot(where=Slot(day, time) if time else day)
    return session


def open_session(work: Work, day: date, time: str) -> Session:
    """Return the session of a slot that is not over. Raises `NoSuchSlot`, `DayClosed`, `DayOver`."""
    session = session_on(work, day, time)
    session.free(time)
    must_be_open(work, day)
    if (day.isoformat(), time) <= ended_slot(work):
        raise DayOver(when=Slot(day, time))
    return session


def place_from(work: Work, day: date, time: str, product: str) -> tuple[Session, str] | None:
    """Return the same slot on that day if it is free, else the first free one until the end."""
    if day > work.campaign.end:
        return None
    session = work.find(Session, Session.create_id(work.site, day))
    suits = session is not None and session.product == product and time in session.capacity
    if session is not None and suits and session.free(time) > 0 and not closed_by(work, day):
        return session, time
    free = free_slots(work, day, work.campaign.end, product=product, most=1)
    if not free:
        return None
    return session_on(work, date.fromisoformat(free[0]["day"])), free[0]["time"]
