"""Who is expected on a day, who is where, and what was found of them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, TypedDict

from sqlalchemy import Select, case, func, select

from services.appointments.courses.views import Visit, appointments, doses
from services.appointments.domain.course import Course
from services.appointments.sessions.queries import planned_site
from shared.kit.formats import Moment, page_of
from shared.town.contracts.reactions import SERIOUS
from shared.town.mirrors.findings import SCREENED, Asked, findings, of
from shared.town.mirrors.merges import links
from shared.town.mirrors.numbers import numbers
from shared.town.mirrors.reactions import cards
from shared.town.mirrors.residents import residents
from shared.town.work import Work


class Expected(Visit, Asked):
    """An appointment of a day with the person's sealed identity and the finding that stands."""

    reason: str | None
    identity: str | None
    given_at: Moment | None
    number: int | None


class DayList(TypedDict):
    """The appointments of a day."""

    appointments: list[Visit]


class Recorded(TypedDict):
    """When a dose was given, and who recorded it."""

    given_at: Moment
    actor: str


class LastGiven(TypedDict):
    """By whom and from which batch somebody has last recorded a dose today."""

    vaccinator: str
    batch: str


class OfSlot(TypedDict):
    """How many have an appointment in a slot, and how many of them are vaccinated."""

    time: str
    booked: int
    done: int


class HeadCount(TypedDict):
    """How many people are where (R17), doses given, and doses left to the floor (R03)."""

    booked: int
    waiting: int
    vaccinated: int
    observing: int
    done: int
    no_show: int
    doses: int
    floor_left: int


# Whom to serve first: who waits, who is in observation, who is still expected; then all others.
_RANKS = {"waiting": "0", "vaccinated": "1", "booked": "2"}


def day_list(work: Work, day: date) -> list[Expected]:
    """Return all appointments of a day in the order of their slots.

    What was found of any record of a person counts.
    """
    at = appointments.c
    return work.rows(_of_day(day).order_by(at.time, at.resident), Expected)


def day_part(
    work: Work, day: date, *, status: str | None, after: str, most: int
) -> tuple[list[Expected], str | None]:
    """Return at most so many of a day in the order in which people are served, and where the next begin."""
    at = appointments.c
    rank = case(_RANKS, value=at.status, else_="3")
    place = rank + " " + at.time + " " + at.resident
    query = _of_day(day).add_columns(place.label("place")).where(place > after)
    if status:
        query = query.where(at.status == status)
    return page_of(work.rows(query.order_by(place).limit(most + 1), Expected), most, "place")


def _of_day(day: date) -> Select[Any]:
    at = appointments.c
    person = func.coalesce(links.c.into, at.resident)
    return (
        select(
            appointments,
            residents.c.identity,
            residents.c.declined_at,
            doses.c.given_at,
            numbers.c.number,
            *SCREENED,
        )
        .outerjoin(numbers, (numbers.c.resident == at.resident) & (numbers.c.day == at.day))
        .outerjoin(doses, (doses.c.resident == at.resident) & (doses.c.dose == at.dose))
        .outerjoin(residents, residents.c.resident == at.resident)
        .outerjoin(links, links.c.resident == at.resident)
        .outerjoin(findings, of(person))
        .where(at.day == day.isoformat())
    )


def head_count(work: Work, day: date) -> HeadCount:
    """Count the people of a day by where they are."""
    at = appointments.c
    query = select(at.status, func.count().label("number")).where(at.day == day.isoformat())
    counted = {row["status"]: row["number"] for row in work.rows(query.group_by(at.status))}
    given = counted.get("vaccinated", 0) + counted.get("done", 0)
    return {
        "booked": counted.get("booked", 0),
        "waiting": counted.get("waiting", 0),
        "vaccinated": given,
        "observing": counted.get("vaccinated", 0),
        "done": counted.get("done", 0),
        "no_show": counted.get("no_show", 0),
        "doses": given,
        "floor_left": max(0, planned_site(work).daily_floor - given),
    }


def slots_of(work: Work, day: date) -> list[OfSlot]:
    """Count the people of a day by their slots, cancelled appointments left out."""
    at = appointments.c
    given = case((at.status.in_(("vaccinated", "done")), 1), else_=0)
    query = select(at.time, func.count().label("booked"), func.sum(given).label("done"))
    query = query.where(at.day == day.isoformat(), at.status != "cancelled")
    return work.rows(query.group_by(at.time).order_by(at.time), OfSlot)


def is_over(work: Work, day: date) -> bool:
    """Tell whether the site's hours of a day are over, so that nobody comes any more."""
    closes = planned_site(work).hours[-1].closes
    return work.now() >= datetime.combine(day, closes, work.campaign.zone)


def not_come(work: Work, day: date) -> list[tuple[str, int]]:
    """Return (resident, dose) of everybody still expected on a day."""
    at = appointments.c
    query = select(at.resident, at.dose).where(at.day == day.isoformat(), at.status == "booked")
    return [(row["resident"], row["dose"]) for row in work.rows(query.order_by(at.resident))]


def last_given(work: Work, actor: str) -> LastGiven | None:
    """Return who vaccinated, from which batch, when somebody last recorded a dose here today."""
    mine = doses.c.actor == actor, doses.c.day == work.today().isoformat()
    query = select(doses.c.vaccinator, doses.c.batch).where(*mine)
    return work.row(query.order_by(doses.c.given_at.desc()).limit(1), LastGiven)


def given_on(work: Work, records: list[str], day: date) -> Recorded | None:
    """Return when and by whom a dose of a day was recorded for one of some records."""
    at = doses.c
    query = select(at.given_at, at.actor).where(at.resident.in_(records), at.day == day.isoformat())
    return work.row(query.order_by(at.given_at.desc()).limit(1), Recorded)


def had_serious(work: Work, records: list[str], day: str) -> bool:
    """Tell whether there is a card of a serious reaction after a dose one of some records got on a day."""
    at = cards.c
    mine = at.resident.in_(records), at.day == day, at.severity.in_(SERIOUS)
    return work.row(select(at.card).where(*mine).limit(1)) is not None


def observed_until(work: Work, course: Course) -> datetime | None:
    """Return when the observation after the latest dose is over; None: no dose was given here."""
    given = [
        each.occurred_at
        for each in work.store.stream(str(course.id))
        if each.name == "DoseAdministered"
    ]
    minutes = timedelta(minutes=work.campaign.observation_minutes)
    return datetime.fromisoformat(given[-1]) + minutes if given else None
