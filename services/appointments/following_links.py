"""What becomes of bookings when two records turn out to be one person's, and of those lost by mistake."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select

from services.appointments.bookings import Bookings
from services.appointments.domain.course import Course
from services.appointments.domain.refusals import CourseComplete, Refusal
from services.appointments.views import appointments
from shared.kit.eventstore import Prepared

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

    def book_again(self, records: Sequence[str], why: str) -> None:
        """Book again what these records gave back for a reason that holds no more (a link, a refusal).

        In the same slot, or the next that is free; who may not be booked any more stays without.
        """
        for record in records:
            # The first of them: the second dose comes with it.
            place = self.row(_GIVEN_BACK, record=record, why=why, today=self.today().isoformat())
            if place is None:
                continue
            who, day = UUID(record), date.fromisoformat(place["day"])
            try:
                self.book(who, day, time=place["time"])
            except Refusal:
                with suppress(Refusal):
                    self.book(who, day, self.campaign.end)

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
            self.cancel_all(resident, DECLINED)
        elif known["screening"] == "contraindicated":
            self.cancel_all(resident, "contraindicated")
        elif known["screening"] == "deferred":
            self.cancel_all(resident, "deferred", before=date.fromisoformat(known["until"]))
