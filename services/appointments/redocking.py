"""A unit goes to another site: what has not begun moves there, nobody is booked at both (R15)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import select

from services.appointments.bookings import Bookings
from services.appointments.domain.course import Course
from services.appointments.domain.refusals import Refusal
from services.appointments.domain.session import Session
from services.appointments.views import appointments, residents
from shared.town.contracts.appointments import REDOCKED


class Redocking(Bookings):
    """Both halves of a move: the old site gives back, the new one takes over."""

    def give_back(self, unit: str, from_day: date) -> None:
        """Cancel the unit's courses that have not begun and are booked from a day on.

        Whoever is checked in or has a dose stays, and so does what lies before today.
        """
        at, first_day = appointments.c, max(from_day, self.today())
        query = (
            select(at.resident)
            .join(residents, residents.c.resident == at.resident)
            .where(residents.c.unit == unit, at.dose == 1, at.status == "booked")
            .where(at.day >= first_day.isoformat())
            .order_by(at.day, at.time, at.resident)
        )
        touched: dict[date, Session] = {}
        courses = [self._give_back(UUID(row["resident"]), touched) for row in self.rows(query)]
        self.save(*touched.values(), *courses)

    def _give_back(self, resident: UUID, touched: dict[date, Session]) -> Course:
        person, course = self.course_of_record(str(resident))
        self.release_and_cancel(course, person, 1, REDOCKED, touched)
        return course

    def take_over(self, resident: UUID, unit: str, day: date) -> None:
        """Book the first free slot from a day on by all rules, or say why that cannot be.

        Whoever has a booking or a dose here already needs none.
        """
        for record in self.records_of(str(resident)):
            course = self.begin(Course, Course.create_id(UUID(record)))
            if course.doses or course.live(1) is not None:
                return
        try:
            self.book(resident, max(day, self.today()), self.campaign.end)
        except Refusal as refusal:
            course = self.begin(Course, Course.create_id(resident))
            course.refuse(unit, day, refusal.code, site=self.site, resident=resident)
            self.save(course)

    def end_unbegun(self, resident: UUID) -> None:
        """Cancel a course nothing of which has begun, because another site has the resident's."""
        course = self.begin(Course, Course.create_id(resident))
        first = course.live(1)
        if not course.doses and first is not None and first["status"] == "booked":
            self.cancel_record(str(resident), "other")
