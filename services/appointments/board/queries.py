"""One person as the site's pages show them: the course, and where it is."""

from __future__ import annotations

from typing import TypedDict
from uuid import UUID

from services.appointments.courses import queries as courses
from services.appointments.courses.queries import Known
from services.appointments.courses.views import Appointment, DoseGiven
from shared.town.work import Work


class Screened(TypedDict):
    """What screening found, in rows that carry it."""

    screening: str | None
    reasons: str | None
    until: str | None


class Person(Known):
    """A resident with appointments and doses; `status` says where the course is."""

    appointments: list[Appointment]
    doses: list[DoseGiven]
    status: str


def person_of(work: Work, resident: UUID) -> Person:
    """Return a resident with appointments and doses. Raises as `courses.known` does."""
    known = courses.known(work, resident)
    booked = courses.appointments_of(work, known["records"])
    given = courses.doses_of(work, known["records"])
    return {
        **known,
        "appointments": booked,
        "doses": given,
        "status": _status(known, booked, given),
    }


def _status(known: Known, booked: list[Appointment], given: list[DoseGiven]) -> str:
    """Complete, the status of the due appointment, or the answer."""
    count = len(given) + len(known["told"])
    if count >= 2:
        return "complete"
    at = next((each["status"] for each in booked if each["dose"] == count + 1), None)
    return at or known["answer"] or "registered"
