"""Book, move and cancel: a course and the sessions it touches, saved together (R04, R05)."""

from __future__ import annotations

from datetime import date
from typing import Any, TypedDict
from uuid import UUID

from sqlalchemy import select

from services.appointments.courses import queries as courses
from services.appointments.courses import where
from services.appointments.courses.queries import Known
from services.appointments.courses.views import appointments
from services.appointments.domain.course import LIVE, Course
from services.appointments.domain.person import Person, Rules
from services.appointments.domain.refusals import (
    AfterCutoff,
    Contraindicated,
    DayOver,
    Deferred,
    DeferredWithoutEnd,
    Erased,
    HasDeclined,
    NoConsent,
    NoFreeSlot,
    SiteNotOpen,
    TooEarly,
)
from services.appointments.domain.session import Session
from services.appointments.sessions import queries as sessions
from services.appointments.sessions.queries import NEXT_FREE, FreeSlot
from shared.kit.formats import Id, only
from shared.town.mirrors.findings import NO_END
from shared.town.mirrors.merges import records_of
from shared.town.terms.screening import FINDING_REASONS
from shared.town.work import Work

Touched = dict[date, Session]
"""Sessions whose places a command has changed, to be saved with the course."""


class Line(TypedDict):
    """One live appointment."""

    dose: int
    day: date
    time: str
    product: str


class Booked(TypedDict):
    """What is booked for a resident; `second_dose` is booked, not_yet, or none_fits any more."""

    resident: Id
    appointments: list[Line]
    second_dose: str
    second_due_from: date | None


def book(
    work: Work,
    resident: UUID,
    from_day: date,
    to_day: date | None = None,
    time: str | None = None,
    override: str | None = None,
) -> Booked:
    """Book the dose that is due; with a first dose at once the second (R04, R05)."""
    known = courses.known(work, resident)
    person, course = courses.course_of_known(work, known)
    dose = course.due(person)
    if course.live(dose) is not None:
        return _booked(work, course, person)
    _may_be_booked(work, known, from_day)
    given = course.given(person)
    earliest = courses.second_due(work, person, course) if given else None
    first, last = _window(work, from_day, to_day or from_day, earliest, override)
    if dose == 1 and known["host"] is None:
        first, last = where.docked_days(work, person.unit, first, last)
    product = given[0]["product"] if given else None
    session, at = _choose(work, first, last, time, product, override)
    rules = courses.rules_of(work, session.product)
    # The rule speaks before the place is counted: it is the better reason.
    course.check(dose, session.day, person, rules, override)
    session.take(at, person.resident, dose)
    course.book(dose, session.day, at, person, rules, override)
    touched = [session]
    if dose == 1:
        touched += _book_second(work, course, person, session, at, rules)
    work.save(*touched, course)
    return _booked(work, course, person)


def _may_be_booked(work: Work, known: Known, from_day: date) -> None:
    if not known["identity"]:
        raise Erased
    if known["answer"] != "consented":
        raise HasDeclined if known["answer"] == "declined" else NoConsent
    if known["screening"] == "contraindicated":
        found = known["reasons"] or ""
        reasons = [FINDING_REASONS[code] for code in found.split(",") if code]
        raise Contraindicated(found=found, reasons=reasons)
    courses.must_not_follow_a_reaction(work, known)
    until = known["until"] or ""
    if known["screening"] == "deferred" and until == NO_END:
        raise DeferredWithoutEnd
    if known["screening"] == "deferred" and from_day.isoformat() < until:
        raise Deferred(until=date.fromisoformat(until))
    if sessions.opened_on(work) is None:
        raise SiteNotOpen


def _window(
    work: Work, first: date, last: date, earliest: date | None, override: str | None
) -> tuple[date, date]:
    """The days the rules leave of the days asked for; `earliest`: of a second dose."""
    today = work.today()
    if last < today:
        raise DayOver(when=last)
    first = max(first, today)
    if earliest is None:
        cutoff = max(work.campaign.cutoff(p.code) for p in work.campaign.products)
        if first > cutoff and not override:
            raise AfterCutoff(day=first, cutoff=cutoff)
        return first, last
    if last < earliest:
        raise TooEarly(day=last, earliest=earliest)
    return max(first, earliest), last


def _choose(
    work: Work, first: date, last: date, time: str | None, product: str | None, override: str | None
) -> tuple[Session, str]:
    """The session and slot to book: the exact one asked for, else the first free one."""

    def free(until: date, most: int) -> list[FreeSlot]:
        return _next_free(work, first, until, product, override, most)

    if first == last:
        sessions.must_be_open(work, first)
    if time is not None:
        session = sessions.open_session(work, first, time)
        if session.free(time) > 0:
            return session, time
    elif found := free(last, 1):
        return sessions.session_on(work, date.fromisoformat(found[0]["day"])), found[0]["time"]
    raise NoFreeSlot(next_free=free(work.campaign.end, NEXT_FREE))


def _next_free(
    work: Work, first: date, last: date, product: str | None, override: str | None, most: int
) -> list[FreeSlot]:
    """The first free slots a course may use: of its product, first doses by the cut-off."""
    cutoffs = {p.code: work.campaign.cutoff(p.code) for p in work.campaign.products}
    if product or override or last <= min(cutoffs.values()):
        return sessions.free_slots(work, first, last, product=product, most=most)
    found = [
        slot
        for product, cutoff in cutoffs.items()
        for slot in sessions.free_slots(work, first, min(last, cutoff), product=product, most=most)
    ]
    return sorted(found, key=lambda slot: (slot["day"], slot["time"]))[:most]


def _book_second(
    work: Work, course: Course, person: Person, first: Session, time: str, rules: Rules
) -> list[Session]:
    """Book the second dose for its earliest allowed day, or leave it for later."""
    due = courses.second_due(work, person, course)
    assert due is not None
    place = sessions.place_from(work, due, time, first.product)
    if place is None or course.live(2) is not None:
        return []
    session, at = place
    session.take(at, person.resident, 2)
    course.book(2, session.day, at, person, rules, None)
    return [session]


def move(work: Work, resident: UUID, day: date, time: str, dose: int | None = None) -> Booked:
    """Move a booked dose to another slot; a second dose that became too early follows."""
    person, course = courses.course_of(work, resident)
    dose = dose or course.due(person)
    before = dict(course.live(dose) or {})
    session = sessions.open_session(work, day, time)
    rules = courses.rules_of(work, session.product)
    course.move(dose, day, time, person, rules)
    touched: Touched = {day: session}
    if before and (before["day"], before["time"]) != (day, time):
        if session.free(time) <= 0:
            next_free = sessions.free_slots(work, day, work.campaign.end, product=session.product)
            raise NoFreeSlot(next_free=next_free)
        session.take(time, person.resident, dose)
        _release(work, person, dose, before, touched)
        mend_second(work, course, person, touched)
    work.save(*touched.values(), course)
    return _booked(work, course, person)


def cancel(work: Work, resident: UUID, reason: str, dose: int | None = None) -> Booked:
    """Cancel an appointment and free its place; no second dose without a first."""
    person, course = courses.course_of(work, resident)
    touched: Touched = {}
    release_and_cancel(work, course, person, dose or course.due(person), reason, touched)
    work.save(*touched.values(), course)
    return _booked(work, course, person)


def cancel_all(work: Work, resident: UUID, reason: str, before: date | None = None) -> None:
    """Cancel what is booked for a person (before a day); nothing booked: nothing happens."""
    for record in records_of(work, str(resident)):
        cancel_record(work, record, reason, before)


def cancel_record(work: Work, record: str, reason: str, before: date | None = None) -> None:
    """Cancel what is booked for one record, whoever else it is linked to."""
    mine = (appointments.c.resident == record) & appointments.c.status.in_(LIVE)
    if not work.rows(select(appointments.c.dose).where(mine)):
        return
    person, course = courses.course_of_record(work, record)
    touched: Touched = {}
    for booked in course.standing():
        if (before is None or booked["day"] < before) and course.live(booked["dose"]):
            release_and_cancel(work, course, person, booked["dose"], reason, touched)
    work.save(*touched.values(), course)


def release_and_cancel(
    work: Work, course: Course, person: Person, dose: int, reason: str, touched: Touched
) -> None:
    """Cancel a dose, with a first dose also the second, and give the places back."""
    for number in (1, 2) if dose == 1 else (dose,):
        appointment = course.live(number)
        if number == dose or appointment is not None:
            course.cancel(number, reason, person)
        if appointment is not None:
            _release(work, person, number, appointment, touched)


def _release(
    work: Work, person: Person, dose: int, appointment: dict[str, Any], touched: Touched
) -> None:
    day = appointment["day"]
    if day not in touched:
        touched[day] = sessions.session_on(work, day)
    touched[day].release(appointment["time"], person.resident, dose)


def mend_second(work: Work, course: Course, person: Person, touched: Touched) -> None:
    """A second dose that is now too early is moved, or cancelled if there is no place."""
    second = course.live(2)
    if second is None:
        return
    due = courses.second_due(work, person, course)
    if due is None or second["day"] >= due:
        return
    before = dict(second)
    place = sessions.place_from(work, due, before["time"], before["product"])
    if place is None:
        release_and_cancel(work, course, person, 2, "other", touched)
        return
    session, at = touched.get(place[0].day, place[0]), place[1]
    touched[session.day] = session
    session.take(at, person.resident, 2)
    course.move(2, session.day, at, person, courses.rules_of(work, session.product))
    _release(work, person, 2, before, touched)


def _booked(work: Work, course: Course, person: Person) -> Booked:
    due = courses.second_due(work, person, course)
    late = due is not None and due > work.campaign.end
    return {
        "resident": str(person.resident),
        "appointments": [only(Line, each) for each in course.standing()],
        "second_dose": "booked" if course.live(2) else "none_fits" if late else "not_yet",
        "second_due_from": due,
    }
