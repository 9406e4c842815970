"""One person as the site's pages show them: the course, and where it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple, TypedDict, cast

from sqlalchemy import select

from services.appointments.courses import queries as courses
from services.appointments.courses.queries import Known
from services.appointments.courses.views import (
    Appointment,
    DoseGiven,
    ToldDose,
    appointments,
    doses,
)
from services.appointments.sessions.queries import FreeDay, ended_slot, free_days, free_slots
from services.appointments.visits.queries import HeadCount
from shared.kit.eventstore.work import Row
from shared.kit.formats import Day, Id, Moment, only
from shared.town.mirrors.findings import Screened
from shared.town.mirrors.merges import people_of
from shared.town.mirrors.numbers import holder_of
from shared.town.mirrors.residents import Registered, residents
from shared.town.web.finding import numbered
from shared.town.work import Work


class SiteToday(TypedDict):
    """A site, the day its first batch opened it, and its head-count."""

    site: str
    name_zh: str
    name_en: str
    opened: date | None
    daily_floor: int
    today: HeadCount


class Person(Registered, Screened):
    """A resident as everybody is told; `status` says where the course is. See `Known`."""

    records: list[Id]
    course: Id
    told: list[ToldDose]
    appointments: list[Appointment]
    doses: list[DoseGiven]
    status: str


class Here(TypedDict):
    """Somebody who was looked for at this site, with the first appointment that stands."""

    resident: Id
    unit: str
    sex: str
    birth_date: Day
    identity: str
    dose: int | None
    day: Day | None
    time: str | None
    status: str | None


class OnSlip(TypedDict):
    """A dose as the person is told of it on paper."""

    dose: int
    product: str
    batch: str
    given_at: Moment
    body_side: str | None


class Choice(NamedTuple):
    """Where an appointment may be moved to: from when on, days with places, the slot to propose."""

    since: date
    days: list[FreeDay]
    time: str


_STANDS = ("booked", "waiting", "vaccinated")
_WHO = ("resident", "unit", "sex", "birth_date", "identity")


def people_here(work: Work, ids: Collection[str]) -> list[Here]:
    """Return those of some people whom registration has told this site of, in their order.

    Of linked records: the one that stays, once, with the first appointment of any of them.
    """
    at, people = appointments.c, people_of(work, ids)
    records = {record: person for person, all_of in people.items() for record in all_of}
    stands = at.resident.in_(records), at.status.in_(_STANDS)
    query = select(at.resident, at.dose, at.day, at.time, at.status).where(*stands)
    first: dict[str, Row] = {}
    for row in work.rows(query.order_by(at.day, at.dose)):
        first.setdefault(records[row["resident"]], row)
    who = select(*(residents.c[name] for name in _WHO)).where(residents.c.resident.in_(people))
    known = {row["resident"]: row for row in work.rows(who)}
    none = dict.fromkeys(("dose", "day", "time", "status"))
    return [cast("Here", first.get(each, none) | known[each]) for each in people if each in known]


def holder_today(work: Work, typed: str) -> str | None:
    """Return who has the number of today's queue that was typed, if that was one."""
    number = numbered(typed)
    return holder_of(work, work.site, work.today(), number) if number else None


def given_to(work: Work, known: Known) -> list[OnSlip]:
    """Return the doses this site has given to somebody, in order."""
    told = (doses.c[name] for name in OnSlip.__annotations__)
    query = select(*told).where(doses.c.resident.in_(known["records"]))
    return work.rows(query.order_by(doses.c.day, doses.c.dose), OnSlip)


def leaves_at(work: Work, given_at: str) -> datetime:
    """Return when the observation after a dose is over."""
    return datetime.fromisoformat(given_at) + timedelta(minutes=work.campaign.observation_minutes)


def minutes_left(work: Work, dose: Mapping[str, object]) -> int:
    """Return for how many minutes more somebody is observed after a dose; 0: they may go."""
    left = leaves_at(work, str(dose["given_at"])) - work.now()
    return max(0, -(-int(left.total_seconds()) // 60))


def due_from(work: Work, known: Known, dose: int) -> date:
    """Return the first day for a dose: today, or when the interval after the first is over (R04).

    A first dose counts from its day, given or booked.
    """
    today = work.today()
    if dose == 1:
        return today
    person, course = courses.course_of_known(work, known)
    return max(today, courses.second_due(work, person, course) or today)


def choices(work: Work, known: Known, booked: Iterable[Appointment]) -> dict[int, Choice]:
    """Return by dose where appointments may be moved to; nothing is proposed that is over."""
    found: dict[int, Choice] = {}
    ended = ended_slot(work)
    for row in booked:
        since = due_from(work, known, row["dose"])
        days = free_days(work, since, row["product"])
        over = (row["day"], row["time"]) <= ended
        free = free_slots(work, since, work.campaign.end, product=row["product"], most=1)
        time = free[0]["time"] if over and free else row["time"]
        found[row["dose"]] = Choice(since, days, time)
    return found


def person_of(work: Work, known: Known) -> Person:
    """Return somebody with appointments and doses, without the sealed identity."""
    booked = courses.appointments_of(work, known["records"])
    given = courses.doses_of(work, known["records"])
    more = {"appointments": booked, "doses": given, "status": _status(known, booked, given)}
    return only(Person, {**known, **more})


def _status(known: Known, booked: list[Appointment], given: list[DoseGiven]) -> str:
    """Complete, the status of the due appointment, or the answer."""
    count = len(given) + len(known["told"])
    if count >= 2:
        return "complete"
    at = next((each["status"] for each in booked if each["dose"] == count + 1), None)
    return at or known["answer"] or "registered"
