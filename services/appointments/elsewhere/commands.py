"""What becomes of bookings when something is decided elsewhere: merges, dockings, answers.

One person, one course: a place that is held twice is free again (R04, R16). A unit that goes to
another site takes what has not begun with it; nobody is booked at both (R15).
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select

from services.appointments.bookings import commands as bookings
from services.appointments.bookings.commands import Touched
from services.appointments.courses import queries as courses
from services.appointments.courses.queries import Known
from services.appointments.courses.views import appointments
from services.appointments.domain.course import Course
from services.appointments.domain.refusals import CourseComplete
from shared.kit.eventstore import Prepared
from shared.kit.refusals import Refusal
from shared.town.contracts.appointments import REDOCKED
from shared.town.mirrors.findings import NO_END
from shared.town.mirrors.hosts import sent_to
from shared.town.mirrors.merges import records_of
from shared.town.mirrors.residents import residents
from shared.town.work import Work

MERGED, DECLINED = "merged", "declined"

_GIVEN_BACK = Prepared(
    select(appointments.c.day, appointments.c.time)
    .where(
        appointments.c.resident == bindparam("record"),
        appointments.c.status == "cancelled",
        appointments.c.reason == bindparam("why"),
        appointments.c.day >= bindparam("today"),
    )
    .order_by(appointments.c.dose)
)


# Merges


def follow_link(work: Work, resident: str) -> None:
    """Leave one booking of linked records, at the one site that has the person."""
    records = records_of(work, resident)
    behind = courses.person_behind(work, records)
    known = behind.known
    holder, begun_here = known["course"], known["resident"] in behind.begun
    goes_elsewhere = known["told"] or known["host"] not in (None, work.site)
    mine = behind.doses_here or (not goes_elsewhere and (behind.docked or begun_here))
    if not mine:
        for record in records:
            bookings.cancel_record(work, record, MERGED)
        return
    others = [record for record in records if record != holder]
    spare = [booked for each in others for booked in courses.own_course(work, each).standing()]
    for record in others:
        bookings.cancel_record(work, record, MERGED)
    _go_on(work, known, spare)
    _keep_the_findings(work, UUID(resident), known)


def _go_on(work: Work, known: Known, spare: list[dict[str, Any]]) -> None:
    """What the holder has booked stays if it is still due; else a spare place is taken."""
    holder = known["course"]
    person, course = courses.course_of_known(work, known)
    try:
        due = course.due(person)
    except CourseComplete:
        bookings.cancel_record(work, holder, MERGED)
        return
    if course.live(due) is not None:
        return
    for booked in spare:
        # A place the rules do not leave to this dose stays free: somebody books another.
        with suppress(Refusal):
            bookings.book(work, UUID(holder), booked["day"], time=booked["time"])
            return


def _keep_the_findings(work: Work, resident: UUID, known: Known) -> None:
    """What was said or found of either record counts for both (R09-R13)."""
    if known["answer"] == "declined":
        bookings.cancel_all(work, resident, DECLINED)
    elif known["screening"] == "contraindicated":
        bookings.cancel_all(work, resident, "contraindicated")
    elif known["screening"] == "deferred":
        until = date.fromisoformat(known["until"] or NO_END)
        bookings.cancel_all(work, resident, "deferred", before=until)


def book_again(work: Work, records: list[str], why: str) -> None:
    """Book again what records gave back for a reason that holds no more (a link, a refusal).

    In the same slot, or the next that is free; who may not be booked any more stays without.
    """
    for record in records:
        # The first of them: the second dose comes with it.
        today = work.today().isoformat()
        place = work.row(_GIVEN_BACK, record=record, why=why, today=today)
        if place is None:
            continue
        who, day = UUID(record), date.fromisoformat(place["day"])
        try:
            bookings.book(work, who, day, time=place["time"])
        except Refusal:
            with suppress(Refusal):
                bookings.book(work, who, day, work.campaign.end)


# Dockings


def give_back(work: Work, unit: str, from_day: date) -> None:
    """Cancel a unit's courses that have not begun and are booked from a day on.

    Whoever is checked in, has a dose or was sent here alone stays, and so does what lies before today.
    """
    at, first_day = appointments.c, max(from_day, work.today())
    query = (
        select(at.resident)
        .join(residents, residents.c.resident == at.resident)
        .where(residents.c.unit == unit, at.dose == 1, at.status == "booked")
        .where(at.day >= first_day.isoformat(), at.resident.not_in(sent_to(work.site)))
        .order_by(at.day, at.time, at.resident)
    )
    touched: Touched = {}
    given_back: list[Course] = []
    for row in work.rows(query):
        person, course = courses.course_of_record(work, row["resident"])
        bookings.release_and_cancel(work, course, person, 1, REDOCKED, touched)
        given_back.append(course)
    work.save(*touched.values(), *given_back)


def take_over(
    work: Work, resident: UUID, unit: str, day: date, *, alone: bool = False, time: str = ""
) -> None:
    """Book the first free slot from a day on by all rules, or say why that cannot be.

    Whoever has a booking or a dose here already needs none. Somebody who is sent here `alone` is
    booked for that day only, in the slot of this time if it is free.
    """
    for record in records_of(work, str(resident)):
        course = courses.own_course(work, record)
        if course.doses or course.live(1) is not None:
            return
    first = max(day, work.today())
    if time:
        with suppress(Refusal):
            bookings.book(work, resident, first, time=time)
            return
    try:
        bookings.book(work, resident, first, first if alone else work.campaign.end)
    except Refusal as refusal:
        course = courses.own_course(work, str(resident))
        course.refuse(unit, day, refusal.code, site=work.site, resident=resident)
        work.save(course)


def end_unbegun(work: Work, resident: UUID, why: str = "other") -> None:
    """Cancel a course nothing of which has begun, because another site has the resident's."""
    course = courses.own_course(work, str(resident))
    first = course.live(1)
    if not course.doses and first is not None and first["status"] == "booked":
        bookings.cancel_record(work, str(resident), why)
