"""A site's bookings: what is booked, moved and cancelled together, and what follows."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.appointments.domain.course import LIVE, Course, Person, Rules
from services.appointments.domain.refusals import (
    AfterCutoff,
    Contraindicated,
    DayOver,
    Deferred,
    Erased,
    NoConsent,
    NoFreeSlot,
    NoSuchSlot,
    SiteNotOpen,
    TooEarly,
)
from services.appointments.domain.session import Session
from services.appointments.domain.site import Site
from services.appointments.links import LinkedCourses
from services.appointments.queries import NEXT_FREE
from services.appointments.views import appointments


class Bookings(LinkedCourses):
    """Appointments of one site: a course and the sessions it touches, saved together."""

    def book(
        self,
        resident: UUID,
        from_day: date,
        to_day: date | None = None,
        time: str | None = None,
        override: str | None = None,
    ) -> dict[str, Any]:
        """Book the dose that is due; with a first dose at once the second (R04, R05)."""
        known = self.known(resident)
        person, course = self.course_of_known(known)
        dose = course.due
        if course.live(dose) is not None:
            return self._booking_answer(course, person)
        self._may_be_booked(known, from_day)
        first, last = self._window(course, dose, from_day, to_day or from_day, override)
        if dose == 1:
            first, last = self.docked_days(person.unit, first, last)
        session, at = self._choose(first, last, time, course, override)
        rules = self.rules_of(session.product)
        # The rule speaks before the place is counted: it is the better reason.
        course.check(dose, session.day, session.product, person, rules, override)
        session.take(at, person.resident, dose)
        today, site = self.today(), self.site
        course.book(
            dose, session.day, at, session.product,
            site=site, today=today, person=person, rules=rules, override=override,
        )  # fmt: skip
        touched = [session]
        if dose == 1:
            touched += self._book_second(course, person, session, at, rules)
        self.save(*touched, course)
        return self._booking_answer(course, person)

    def _may_be_booked(self, known: dict[str, Any], from_day: date) -> None:
        if not known["identity"]:
            raise Erased
        if known["answer"] != "consented":
            raise NoConsent(known["answer"] == "declined")
        if known["screening"] == "contraindicated":
            raise Contraindicated(known["reasons"])
        if known["screening"] == "deferred" and from_day.isoformat() < known["until"]:
            raise Deferred(known["until"])
        if self.begin(Site, Site.create_id(self.site)).opened is None:
            raise SiteNotOpen

    def _window(
        self, course: Course, dose: int, first: date, last: date, override: str | None
    ) -> tuple[date, date]:
        """The days the rules leave of the days asked for."""
        if last < self.today():
            raise DayOver(last)
        first = max(first, self.today())
        if dose == 1:
            cutoff = max(self.campaign.cutoff(p.code) for p in self.campaign.products)
            if first > cutoff and not override:
                raise AfterCutoff(first, cutoff)
            return first, last
        earliest = course.second_due_from(self.rules_of(course.given[0]["product"]).interval_days)
        assert earliest is not None
        if last < earliest:
            raise TooEarly(last, earliest)
        return max(first, earliest), last

    def _choose(
        self, first: date, last: date, time: str | None, course: Course, override: str | None
    ) -> tuple[Session, str]:
        """The session and slot to book: the exact one asked for, else the first free one."""
        if time is not None:
            session = self._open_session(first, time)
            if session.free(time) <= 0:
                raise NoFreeSlot(self._next_free(first, course, override))
            return session, time
        found = self._first_free(first, last, course, override)
        if found is None:
            raise NoFreeSlot(self._next_free(first, course, override))
        return self._session(date.fromisoformat(found["day"])), found["time"]

    def _first_free(
        self, first: date, last: date, course: Course, override: str | None
    ) -> dict[str, Any] | None:
        return next(iter(self._next_free(first, course, override, last=last, most=1)), None)

    def _next_free(
        self,
        first: date,
        course: Course,
        override: str | None,
        *,
        last: date | None = None,
        most: int = NEXT_FREE,
    ) -> list[dict[str, Any]]:
        """The first free slots this course may use: of its product, first doses by the cut-off."""
        last = last or self.campaign.end
        if given := course.given:
            return self.free_slots(first, last, product=given[0]["product"], most=most)
        cutoffs = {p.code: self.campaign.cutoff(p.code) for p in self.campaign.products}
        if override or last <= min(cutoffs.values()):
            return self.free_slots(first, last, most=most)
        found = [
            slot
            for product, cutoff in cutoffs.items()
            for slot in self.free_slots(first, min(last, cutoff), product=product, most=most)
        ]
        return sorted(found, key=lambda slot: (slot["day"], slot["time"]))[:most]

    def _session(self, day: date, time: str | None = None) -> Session:
        session = self.find(Session, Session.create_id(self.site, day))
        if session is None:
            raise NoSuchSlot(day, time)
        return session

    def _open_session(self, day: date, time: str) -> Session:
        """The session of a slot that is not over. Raises `NoSuchSlot`, `DayOver`."""
        session = self._session(day, time)
        session.free(time)
        if (day.isoformat(), time) <= self.ended_slot():
            raise DayOver(day, time)
        return session

    def _book_second(
        self, course: Course, person: Person, first: Session, time: str, rules: Rules
    ) -> list[Session]:
        """Book the second dose for its earliest allowed day, or leave it for later."""
        due = course.second_due_from(rules.interval_days)
        assert due is not None
        place = self._place_from(due, time, first.product)
        if place is None or course.live(2) is not None:
            return []
        session, at = place
        session.take(at, person.resident, 2)
        course.book(
            2, session.day, at, session.product,
            site=self.site, today=self.today(), person=person, rules=rules,
        )  # fmt: skip
        return [session]

    def _place_from(self, day: date, time: str, product: str) -> tuple[Session, str] | None:
        """The same slot on that day if it is free, else the first free one until the end."""
        if day > self.campaign.end:
            return None
        session = self.find(Session, Session.create_id(self.site, day))
        suits = session is not None and session.product == product and time in session.capacity
        if session is not None and suits and session.free(time) > 0:
            return session, time
        free = self.free_slots(day, self.campaign.end, product=product, most=1)
        if not free:
            return None
        return self._session(date.fromisoformat(free[0]["day"])), free[0]["time"]

    def move(self, resident: UUID, day: date, time: str, dose: int | None = None) -> dict[str, Any]:
        """Move a booked dose to another slot; a second dose that became too early follows."""
        person, course = self.course_of(resident)
        dose = dose or course.due
        before = dict(course.live(dose) or {})
        session = self._open_session(day, time)
        rules = self.rules_of(session.product)
        course.move(
            dose, day, time, session.product,
            site=self.site, today=self.today(), person=person, rules=rules,
        )  # fmt: skip
        touched: dict[date, Session] = {day: session}
        if before and (before["day"], before["time"]) != (day, time):
            if session.free(time) <= 0:
                raise NoFreeSlot(self.free_slots(day, self.campaign.end, product=session.product))
            session.take(time, person.resident, dose)
            self._release(touched, before["day"], before["time"], person.resident, dose)
            self.mend_second(course, person, touched)
        self.save(*touched.values(), course)
        return self._booking_answer(course, person)

    def cancel(self, resident: UUID, reason: str, dose: int | None = None) -> dict[str, Any]:
        """Cancel an appointment and free its place; no second dose without a first."""
        person, course = self.course_of(resident)
        touched: dict[date, Session] = {}
        self.release_and_cancel(course, person, dose or course.due, reason, touched)
        self.save(*touched.values(), course)
        return self._booking_answer(course, person)

    def cancel_all(self, resident: UUID, reason: str, before: date | None = None) -> None:
        """Cancel what stands of a resident (before a day); nothing stands: nothing happens."""
        for record in self.records_of(str(resident)):
            self.cancel_record(record, reason, before)

    def cancel_record(self, record: str, reason: str, before: date | None = None) -> None:
        """Cancel what stands of one record, whoever else it is linked to."""
        mine = (appointments.c.resident == record) & appointments.c.status.in_(LIVE)
        if not self.rows(select(appointments.c.dose).where(mine)):
            return
        person, course = self.course_of_record(record)
        touched: dict[date, Session] = {}
        for standing in course.standing():
            if (before is None or standing["day"] < before) and course.live(standing["dose"]):
                self.release_and_cancel(course, person, standing["dose"], reason, touched)
        self.save(*touched.values(), course)

    def release_and_cancel(
        self, course: Course, person: Person, dose: int, reason: str, touched: dict[date, Session]
    ) -> None:
        """Cancel a dose, with a first dose also the second, and give the places back."""
        for number in (1, 2) if dose == 1 else (dose,):
            appointment = course.live(number)
            if number == dose or appointment is not None:
                course.cancel(number, reason, site=self.site, person=person)
            if appointment is not None:
                at = appointment["day"], appointment["time"]
                self._release(touched, *at, person.resident, number)

    def _release(
        self, touched: dict[date, Session], day: date, time: str, resident: UUID, dose: int
    ) -> None:
        if day not in touched:
            touched[day] = self._session(day)
        touched[day].release(time, resident, dose)

    def mend_second(self, course: Course, person: Person, touched: dict[date, Session]) -> None:
        """A second dose that is now too early is moved, or cancelled if there is no place."""
        second = course.live(2)
        if second is None:
            return
        rules = self.rules_of(second["product"])
        due = course.second_due_from(rules.interval_days)
        if due is None or second["day"] >= due:
            return
        before = dict(second)
        place = self._place_from(due, before["time"], before["product"])
        if place is None:
            self.release_and_cancel(course, person, 2, "other", touched)
            return
        session, at = touched.get(place[0].day, place[0]), place[1]
        touched[session.day] = session
        session.take(at, person.resident, 2)
        course.move(
            2, session.day, at, session.product,
            site=self.site, today=self.today(), person=person, rules=rules,
        )  # fmt: skip
        self._release(touched, before["day"], before["time"], person.resident, 2)

    # What several commands need

    def rules_of(self, product: str) -> Rules:
        """The plan's rules for a product."""
        plan = self.campaign
        return Rules(plan.interval(product), plan.cutoff(product), plan.end, plan.min_age)

    def _booking_answer(self, course: Course, person: Person) -> dict[str, Any]:
        standing = course.standing()
        product = (course.given or standing or [{"product": None}])[0]["product"]
        due = course.second_due_from(self.rules_of(product).interval_days) if product else None
        return {
            "resident": str(person.resident),
            "appointments": [
                {key: one[key] for key in ("dose", "day", "time", "product")} for one in standing
            ],
            "second_dose": "booked" if course.live(2) else "not_yet",
            "second_due_from": due,
        }
