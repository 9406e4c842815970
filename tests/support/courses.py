"""A course to test with: one person, one product's rules, and the words of the plan for steps."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from services.appointments.domain.course import Course
from services.appointments.domain.person import How, Person, Rules
from services.appointments.domain.reactions import Preceding, dose_before
from shared.kit.eventstore import blank

ANNA = UUID("5f0c8d1e-2b1a-8c3d-9e4f-0a1b2c3d4e5f")
FIRST = date(2024, 4, 2)
NO_MORE: dict[str, Any] = {
    "ended": None,
    "other": None,
    "admitted": False,
    "concern": False,
    "diagnosis": None,
    "course": None,
    "outcome": "unknown",
    "found_by": "staff",
    "classified": "not_yet",
}
SITE, PRODUCT = "stadium", "CoronaVac"
RULES = Rules(
    PRODUCT,
    FIRST,
    interval_days=14,
    cutoff=date(2024, 6, 5),
    end=date(2024, 6, 20),
    youngest=18,
)


def someone(birth_date: date = date(1980, 1, 1)) -> Person:
    return Person(SITE, ANNA, "v15", "general", birth_date)


class Story:
    """What happens to one course, told in short sentences."""

    def __init__(self, person: Person | None = None, rules: Rules = RULES) -> None:
        self.person, self.rules = person or someone(), rules
        self.course = blank(Course, Course.create_id(ANNA))

    def booked(
        self,
        dose: int,
        day: date,
        time: str = "08:30",
        product: str = PRODUCT,
        override: str | None = None,
        today: date = date(2024, 3, 25),
    ) -> Story:
        rules = replace(self.rules, product=product, today=today)
        self.course.book(dose, day, time, self.person, rules, override)
        return self

    def moved(
        self,
        dose: int,
        day: date,
        time: str = "08:30",
        product: str = PRODUCT,
        today: date = date(2024, 3, 25),
    ) -> Story:
        rules = replace(self.rules, product=product, today=today)
        self.course.move(dose, day, time, self.person, rules)
        return self

    def cancelled(self, dose: int, reason: str = "by_resident") -> Story:
        self.course.cancel(dose, reason, self.person)
        return self

    def missed(self, dose: int) -> Story:
        self.course.record_no_show(dose, self.person)
        return self

    def checked_in(self, day: date) -> Story:
        self.course.check_in(day, self.person)
        return self

    def given(self, day: date, product: str = PRODUCT, *, cleared: bool = True) -> Story:
        rules = replace(self.rules, product=product, today=day)
        self.course.give("SV-1", "nurse-01", self.person, rules, How(), cleared=cleared)
        return self

    def observed(self) -> Story:
        self.course.end_observation(self.person)
        return self

    def reported(self, severity: str = "mild", sign: str = "fever") -> Story:
        """Something happened to her in the afternoon after her last dose."""
        given = [
            Preceding(ANNA, dose["dose"], dose["day"], f"{dose['day']}T09:00", dose["batch"])
            for dose in self.course.doses
        ]
        after = dose_before("2024-06-30T15:00", given, None)
        at = {"onset": f"{after.day}T15:00", "found": f"{after.day}T15:00"}
        self.course.report(SITE, after, NO_MORE | at | {"signs": [sign], "severity": severity})
        return self

    def event(self, number: int = -1) -> Any:
        """One of the events so far, the latest if none is named."""
        return self.course.pending_events[number]

    def live(self, dose: int) -> dict[str, Any]:
        """A dose's standing appointment; empty if there is none."""
        return self.course.live(dose) or {}

    def said(self) -> list[str]:
        """Names of the events so far."""
        return [type(each).__name__ for each in self.course.pending_events]


def after_first_dose(day: date = FIRST) -> Story:
    return Story().booked(1, day).checked_in(day).given(day)


def days(count: int) -> timedelta:
    return timedelta(days=count)
