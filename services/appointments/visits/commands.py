"""Check in, give the dose, end the observation, record who did not come (R04, R05, R07, R23)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import TypedDict
from uuid import UUID

from services.appointments.bookings import commands as bookings
from services.appointments.bookings.commands import Touched
from services.appointments.courses import queries as courses
from services.appointments.domain.course import Course
from services.appointments.domain.person import How, Person
from services.appointments.domain.refusals import (
    AlreadyRecorded,
    CourseUnknown,
    DayNotOver,
    LeavesEarly,
    SeriousReactionObserved,
)
from services.appointments.duty.queries import must_vaccinate
from services.appointments.sessions import queries as sessions
from services.appointments.stock.queries import batch_of, must_be_fresh
from services.appointments.visits import packages, queries
from shared.kit.formats import Id, only
from shared.town.mirrors import numbers
from shared.town.mirrors.findings import is_cleared
from shared.town.work import Work


class CheckedIn(TypedDict):
    """Who is here, for which appointment, and under which number they wait (null: an old check-in)."""

    resident: Id
    dose: int
    day: date
    time: str
    status: str
    number: int | None


class Second(TypedDict):
    """When the second dose is booked."""

    day: date
    time: str


class Vaccinated(TypedDict):
    """A dose that was given; `due_from`: the first day of the second."""

    resident: Id
    dose: int
    day: date
    product: str
    batch: str
    second: Second | None
    due_from: date | None


class Observed(TypedDict):
    """Who has left after the observation time."""

    resident: Id
    dose: int
    status: str


class NotCome(TypedDict):
    """How many of a day did not come."""

    day: date
    no_shows: int


def check_in(work: Work, resident: UUID) -> CheckedIn:
    """The resident is here (R23), and waits under the next number; whoever has one today keeps it.

    Raises `DayClosed`.
    """
    known, today = courses.known(work, resident), work.today()
    sessions.must_be_open(work, today)
    person, course = courses.course_of_known(work, known)
    dose = course.due(person)
    own = numbers.number_of(work, work.site, [str(person.resident)], today)
    number = own or numbers.number_of(work, work.site, known["records"], today)
    number = number or numbers.next_number(work, work.site, today)
    appointment = course.check_in(today, person, number)
    work.save(course)
    said = {"resident": str(resident), "dose": dose, "number": appointment.get("number")}
    return only(CheckedIn, appointment | said)


def give_dose(
    work: Work, resident: UUID, batch: str, vaccinator: str, said: How | None = None
) -> Vaccinated:
    """Give the dose that is due from a batch (R04, R05, R07, R09).

    The desk is the vaccinator's own where none is said (ADR 0029). Raises `DayClosed`.
    """
    sessions.must_be_open(work, work.today())
    known, today = courses.known(work, resident), work.today()
    person, course = courses.course_of_known(work, known)
    due = course.due(person)
    _must_be_new(work, person, course, known["records"])
    desk, how = must_vaccinate(work, vaccinator), said or How()
    if packages.is_trace_code(batch):
        how, batch = replace(how, trace_code=batch), packages.batch_in_use(work, course.live(due))
    stocked = batch_of(work, batch)
    packages.must_be_unused(work, how.trace_code, stocked)
    must_be_fresh(work, stocked, how.trace_code)
    courses.must_not_follow_a_reaction(work, known)
    rules = courses.rules_of(work, stocked.product)
    if (known["screened_for"] or 0) > due:
        raise CourseUnknown
    cleared = is_cleared(known, today, due)
    how = replace(how, desk=how.desk or desk)
    dose = course.give(batch, vaccinator, person, rules, how, cleared=cleared)
    stocked.draw(person.resident, dose, today)
    touched: Touched = {}
    if dose == 1:
        bookings.mend_second(work, course, person, touched)
    work.save(stocked, *touched.values(), course)
    second = course.live(2)
    return {
        "resident": str(resident),
        "dose": dose,
        "day": today,
        "product": stocked.product,
        "batch": batch,
        "second": only(Second, second) if second else None,
        "due_from": courses.second_due(work, person, course) if dose == 1 else None,
    }


def _must_be_new(work: Work, person: Person, course: Course, records: list[str]) -> None:
    """Raise `AlreadyRecorded` when today's dose is on record: what is sent again gives none."""
    given = queries.given_on(work, records, work.today())
    earliest = courses.second_due(work, person, course)
    if given is not None and earliest is not None and earliest > work.today():
        at = datetime.fromisoformat(given["given_at"]).astimezone(work.campaign.zone)
        raise AlreadyRecorded(time=f"{at:%H:%M}", by=given["actor"], earliest=earliest)


def end_observation(work: Work, resident: UUID, early_reason: str | None = None) -> Observed:
    """The resident leaves after the observation time, or before it for a reason.

    Raises `LeavesEarly` when it is not over and no reason is given, and `SeriousReactionObserved`
    when nobody says where somebody with a serious reaction goes.
    """
    known = courses.known(work, resident)
    person, course = courses.course_of_known(work, known)
    until = queries.observed_until(work, course) if course.observing else None
    early = until is not None and work.now() < until
    reason = (early_reason or "").strip() or None
    if early and not reason:
        minutes = work.campaign.observation_minutes
        raise LeavesEarly(until=f"{until:%H:%M}", minutes=minutes)
    day = str(course.doses[-1]["day"]) if course.observing else ""
    serious = queries.had_serious(work, known["records"], day)
    if serious and not reason:
        raise SeriousReactionObserved
    course.end_observation(person, reason if early or serious else None)
    work.save(course)
    return {"resident": str(resident), "dose": course.doses[-1]["dose"], "status": "done"}


def record_no_shows(work: Work, day: date) -> NotCome:
    """Everybody still expected on a day did not come; their second dose waits for the first."""
    if day > work.today():
        raise DayNotOver(day=day)
    missing = queries.not_come(work, day)
    for resident, dose in missing:
        person, course = courses.course_of_record(work, resident)
        course.record_no_show(dose, person)
        touched: Touched = {}
        if dose == 1 and course.live(2) is not None:
            bookings.release_and_cancel(work, course, person, 2, "other", touched)
        work.save(*touched.values(), course)
    return {"day": day, "no_shows": len(missing)}
