"""Check in, give the dose, end the observation, record who did not come (R04, R05, R07, R23)."""

from __future__ import annotations

from datetime import date
from typing import TypedDict
from uuid import UUID

from services.appointments.bookings import commands as bookings
from services.appointments.bookings.commands import Touched
from services.appointments.courses import queries as courses
from services.appointments.domain.refusals import CourseUnknown, DayNotOver
from services.appointments.stock.queries import batch_of
from services.appointments.visits import queries
from shared.kit.formats import Id, only
from shared.town.mirrors.findings import is_cleared
from shared.town.work import Work


class CheckedIn(TypedDict):
    """Who is here, for which appointment."""

    resident: Id
    dose: int
    day: date
    time: str
    status: str


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
    """The resident is here (R23)."""
    person, course = courses.course_of(work, resident)
    dose = course.due(person)
    appointment = course.check_in(work.today(), person)
    work.save(course)
    return only(CheckedIn, appointment | {"resident": str(resident), "dose": dose})


def give_dose(work: Work, resident: UUID, batch: str, vaccinator: str) -> Vaccinated:
    """Give the dose that is due from a batch (R04, R05, R07, R09)."""
    known = courses.known(work, resident)
    person, course = courses.course_of_known(work, known)
    stocked, today = batch_of(work, batch), work.today()
    courses.must_not_follow_a_reaction(work, known)
    rules = courses.rules_of(work, stocked.product)
    due = course.due(person)
    if (known["screened_for"] or 0) > due:
        raise CourseUnknown
    cleared = is_cleared(known, today, due)
    dose = course.give(batch, vaccinator, person, rules, cleared=cleared)
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


def end_observation(work: Work, resident: UUID) -> Observed:
    """The resident leaves after the observation time."""
    person, course = courses.course_of(work, resident)
    course.end_observation(person)
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
