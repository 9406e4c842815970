"""Record what happened to somebody after a dose (AEFI)."""

from __future__ import annotations

from typing import TypedDict
from uuid import UUID

from services.appointments.bookings.commands import cancel_all
from services.appointments.courses.queries import course_of
from shared.kit.formats import Id
from shared.town.work import Work


class Reported(TypedDict):
    """The dose after which something happened."""

    resident: Id
    dose: int
    severity: str


def report_adverse_event(work: Work, resident: UUID, severity: str, sign: str) -> Reported:
    """Record what happened after the latest dose. Raises `NothingToObserve`."""
    person, course = course_of(work, resident)
    course.report_adverse_event(severity, sign, person)
    work.save(course)
    if severity == "severe":
        cancel_all(work, resident, "contraindicated")
    return {"resident": str(resident), "dose": course.doses[-1]["dose"], "severity": severity}
