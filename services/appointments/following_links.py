"""What becomes of bookings when two records turn out to be one person's."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Any
from uuid import UUID

from services.appointments.bookings import Bookings
from services.appointments.domain.course import Course
from services.appointments.domain.refusals import CourseComplete, Refusal

MERGED = "merged"


class FollowedLinks(Bookings):
    """One person, one course: a place that is held twice is free again."""

    def follow_link(self, resident: str) -> None:
        """Leave one booking of linked records, at the one site that has the person."""
        records = self.records_of(resident)
        known = self.person_behind(records)
        if not self._is_here(known):
            for record in records:
                self.cancel_record(record, MERGED)
            return
        holder = known["course"]
        spare = [
            standing
            for record in records
            if record != holder
            for standing in self._own_course(record).standing()
        ]
        for record in records:
            if record != holder:
                self.cancel_record(record, MERGED)
        self._go_on(holder, known, spare)
        self._keep_the_findings(UUID(resident), known)

    def _is_here(self, known: dict[str, Any]) -> bool:
        if known["doses_here"]:
            return True
        return not known["told"] and (known["docked"] or known["resident"] in known["begun"])

    def _own_course(self, record: str) -> Course:
        return self.begin(Course, Course.create_id(UUID(record)))

    def _go_on(self, holder: str, known: dict[str, Any], spare: list[dict[str, Any]]) -> None:
        """What the holder has booked stands if it is still due; else a spare place is taken."""
        _, course = self.course_of_known(known)
        try:
            due = course.due
        except CourseComplete:
            self.cancel_record(holder, MERGED)
            return
        if course.live(due) is not None:
            return
        for standing in spare:
            # A place the rules do not leave to this dose stays free: somebody books another.
            with suppress(Refusal):
                self.book(UUID(holder), standing["day"], time=standing["time"])
                return

    def _keep_the_findings(self, resident: UUID, known: dict[str, Any]) -> None:
        """What was said or found of either record counts for both (R09-R13)."""
        if known["answer"] == "declined":
            self.cancel_all(resident, "declined")
        elif known["screening"] == "contraindicated":
            self.cancel_all(resident, "contraindicated")
        elif known["screening"] == "deferred":
            self.cancel_all(resident, "deferred", before=date.fromisoformat(known["until"]))
