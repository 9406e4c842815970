"""A site's commands."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import select

from services.appointments.domain.batch import Batch
from services.appointments.domain.course import LIVE, Course, Person, Rules
from services.appointments.domain.refusals import (
    AfterCutoff,
    BatchExpired,
    Contraindicated,
    DayNotOver,
    DayOver,
    Deferred,
    NoConsent,
    NoFreeSlot,
    NoSuchSlot,
    SiteNotOpen,
    TooEarly,
    UnknownBatch,
)
from services.appointments.domain.session import Session
from services.appointments.domain.site import Site
from services.appointments.policies import policies
from services.appointments.queries import SiteQueries
from services.appointments.views import appointments, views
from shared.campaign import days_of

SNAPSHOT_EVERY = 20


class Appointments(SiteQueries):
    """One site: stock, sessions, bookings, visits and doses, each rule kept by its aggregate."""

    aggregates = (Site, Batch, Session, Course)
    views = views
    policies = policies
    snapshotting_intervals: ClassVar = {Session: SNAPSHOT_EVERY, Batch: SNAPSHOT_EVERY}

    # Stock

    def receive_batch(self, batch: str, product: str, doses: int, expiry: date) -> dict[str, Any]:
        """Take a batch in; the first one opens the site (R06). A repeat changes nothing."""
        self.campaign.product(product)
        if expiry < self.today():
            raise BatchExpired(batch, expiry)
        site = self.begin(Site, Site.create_id(self.site))
        stock = self.find(Batch, Batch.create_id(self.site, batch))
        if stock is None:
            stock = Batch(site=self.site, batch=batch, product=product, doses=doses, expiry=expiry)
        else:
            stock.is_as_received(product, doses, expiry)
        site.open(self.site, self.today())
        self.save(stock, site)
        return _stock_answer(stock)

    def waste(self, batch: str, doses: int, reason: str) -> dict[str, Any]:
        """Write doses of a batch off."""
        stock = self._batch(batch)
        stock.waste(doses, reason)
        self.save(stock)
        return _stock_answer(stock)

    def recall(self, batch: str, reason: str) -> dict[str, Any]:
        """Stop a batch from being used."""
        stock = self._batch(batch)
        stock.recall(reason)
        self.save(stock)
        return _stock_answer(stock)

    def _batch(self, batch: str) -> Batch:
        stock = self.find(Batch, Batch.create_id(self.site, batch))
        if stock is None:
            raise UnknownBatch(batch)
        return stock

    # Sessions and the weekly plan

    def open_sessions(self, from_day: date, to_day: date, product: str) -> dict[str, Any]:
        """Open a session on every day that has none, with the campaign's slots (R03)."""
        self.campaign.product(product)
        already = self.opened_days(from_day, to_day)
        days = [
            date.fromordinal(n)
            for n in range(from_day.toordinal(), to_day.toordinal() + 1)
            if date.fromordinal(n).isoformat() not in already
        ]
        slots = [
            {"time": slot.strftime("%H:%M"), "capacity": self.plan.slot_capacity}
            for slot in self.plan.slots(self.campaign.slot_minutes)
        ]
        self.save(*(Session(site=self.site, day=day, product=product, slots=slots) for day in days))
        return {"opened": days, "already": sorted(already)}

    def publish_plan(self, week: str) -> dict[str, Any]:
        """Publish what is booked for a week as its plan (R22)."""
        site = self.begin(Site, Site.create_id(self.site))
        site.publish_plan(self.site, week, self.planned(days_of(week)))
        self.save(site)
        return {"week": week, "rows": site.plans.get(week, [])}

    # Bookings

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
        person, course = _person(known), self.begin(Course, Course.create_id(resident))
        dose = course.due
        if course.live(dose) is not None:
            return self._booking_answer(course, person)
        self._may_be_booked(known, from_day)
        first, last = self._window(course, dose, from_day, to_day or from_day, override)
        session, at = self._choose(first, last, time, course)
        rules = self._rules(session.product)
        # The rule speaks before the place is counted: it is the better reason.
        course.check(dose, session.day, session.product, person, rules, override)
        session.take(at, resident, dose)
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
        if known["answer"] != "consented":
            raise NoConsent(known["answer"] == "declined")
        if known["screening"] == "contraindicated":
            raise Contraindicated(known["reasons"])
        if known["screening"] == "deferred" and from_day.isoformat() < known["until"]:
            raise Deferred(known["until"])
        opened = self.begin(Site, Site.create_id(self.site)).opened
        if opened is None or from_day < opened:
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
            return first, last if override else min(last, cutoff)
        earliest = course.second_due_from(self._rules(course.doses[0]["product"]).interval_days)
        assert earliest is not None
        if last < earliest:
            raise TooEarly(last, earliest)
        return max(first, earliest), last

    def _choose(
        self, first: date, last: date, time: str | None, course: Course
    ) -> tuple[Session, str]:
        """The session and slot to book: the exact one asked for, else the first free one."""
        product = course.doses[0]["product"] if course.doses else None
        if time is not None:
            session = self._session(first, time)
            if session.free(time) <= 0:
                raise NoFreeSlot(self.free_slots(first, self.campaign.end, product=product))
            return session, time
        free = self.free_slots(first, last, product=product, most=1)
        if not free:
            if not self.opened_days(first, last):
                raise NoSuchSlot(first)
            raise NoFreeSlot(self.free_slots(first, self.campaign.end, product=product))
        return self._session(date.fromisoformat(free[0]["day"])), free[0]["time"]

    def _session(self, day: date, time: str | None = None) -> Session:
        session = self.find(Session, Session.create_id(self.site, day))
        if session is None:
            raise NoSuchSlot(day, time)
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
        person, course = self._course(resident)
        dose = dose or course.due
        before = dict(course.live(dose) or {})
        session = self._session(day, time)
        rules = self._rules(session.product)
        course.move(
            dose, day, time, session.product,
            site=self.site, today=self.today(), person=person, rules=rules,
        )  # fmt: skip
        touched: dict[date, Session] = {day: session}
        if before and (before["day"], before["time"]) != (day, time):
            if session.free(time) <= 0:
                raise NoFreeSlot(self.free_slots(day, self.campaign.end, product=session.product))
            session.take(time, resident, dose)
            self._release(touched, before["day"], before["time"], resident, dose)
            self._mend_second(course, person, touched)
        self.save(*touched.values(), course)
        return self._booking_answer(course, person)

    def cancel(self, resident: UUID, reason: str, dose: int | None = None) -> dict[str, Any]:
        """Cancel an appointment and free its place; no second dose without a first."""
        person, course = self._course(resident)
        touched: dict[date, Session] = {}
        self._cancel(course, person, dose or course.due, reason, touched)
        self.save(*touched.values(), course)
        return self._booking_answer(course, person)

    def cancel_all(self, resident: UUID, reason: str, before: date | None = None) -> None:
        """Cancel what stands of a resident (before a day); nothing stands: nothing happens."""
        mine = (appointments.c.resident == str(resident)) & appointments.c.status.in_(LIVE)
        if not self.rows(select(appointments.c.dose).where(mine)):
            return
        person, course = self._course(resident)
        touched: dict[date, Session] = {}
        for standing in course.standing():
            if (before is None or standing["day"] < before) and course.live(standing["dose"]):
                self._cancel(course, person, standing["dose"], reason, touched)
        self.save(*touched.values(), course)

    def _cancel(
        self, course: Course, person: Person, dose: int, reason: str, touched: dict[date, Session]
    ) -> None:
        for number in (1, 2) if dose == 1 else (dose,):
            appointment = course.live(number)
            if number == dose or appointment is not None:
                course.cancel(number, reason, site=self.site, person=person)
                assert appointment is not None
                self._release(
                    touched, appointment["day"], appointment["time"], person.resident, number
                )

    def _release(
        self, touched: dict[date, Session], day: date, time: str, resident: UUID, dose: int
    ) -> None:
        if day not in touched:
            touched[day] = self._session(day)
        touched[day].release(time, resident, dose)

    def _mend_second(self, course: Course, person: Person, touched: dict[date, Session]) -> None:
        """A booked second dose that is now too early is moved, or cancelled if there is no place."""
        second = course.live(2)
        if second is None:
            return
        rules = self._rules(second["product"])
        due = course.second_due_from(rules.interval_days)
        if due is None or second["day"] >= due:
            return
        before = dict(second)
        place = self._place_from(due, before["time"], before["product"])
        if place is None:
            self._cancel(course, person, 2, "other", touched)
            return
        session, at = touched.get(place[0].day, place[0]), place[1]
        touched[session.day] = session
        session.take(at, person.resident, 2)
        course.move(
            2, session.day, at, session.product,
            site=self.site, today=self.today(), person=person, rules=rules,
        )  # fmt: skip
        self._release(touched, before["day"], before["time"], person.resident, 2)

    # The day

    def check_in(self, resident: UUID) -> dict[str, Any]:
        """The resident is here (R23)."""
        person, course = self._course(resident)
        dose = course.due
        appointment = course.check_in(self.today(), site=self.site, person=person)
        self.save(course)
        return {
            "resident": str(resident),
            "dose": dose,
            "day": appointment["day"],
            "time": appointment["time"],
            "status": "waiting",
        }

    def give_dose(self, resident: UUID, batch: str, vaccinator: str) -> dict[str, Any]:
        """Give the dose that is due from a batch (R04, R05, R07, R09)."""
        known = self.known(resident)
        person, course = _person(known), self.begin(Course, Course.create_id(resident))
        stock, today = self._batch(batch), self.today()
        cleared = known["screening"] == "cleared" and known["until"] >= today.isoformat()
        rules = self._rules(stock.product)
        dose = course.give(
            today, stock.product, batch, vaccinator,
            site=self.site, cleared=cleared, person=person, rules=rules,
        )  # fmt: skip
        stock.draw(resident, dose, today)
        touched: dict[date, Session] = {}
        if dose == 1:
            self._mend_second(course, person, touched)
        self.save(stock, *touched.values(), course)
        second = course.live(2)
        return {
            "resident": str(resident),
            "dose": dose,
            "day": today,
            "product": stock.product,
            "batch": batch,
            "second": {"day": second["day"], "time": second["time"]} if second else None,
            "due_from": course.second_due_from(rules.interval_days) if dose == 1 else None,
        }

    def end_observation(self, resident: UUID) -> dict[str, Any]:
        """The resident leaves after the observation time."""
        person, course = self._course(resident)
        course.end_observation(site=self.site, person=person)
        self.save(course)
        return {"resident": str(resident), "dose": course.doses[-1]["dose"], "status": "done"}

    def report_adverse_event(self, resident: UUID, severity: str, sign: str) -> dict[str, Any]:
        """Record what happened after a dose (AEFI)."""
        person, course = self._course(resident)
        course.report_adverse_event(severity, sign, site=self.site, person=person)
        self.save(course)
        return {"resident": str(resident), "dose": course.doses[-1]["dose"], "severity": severity}

    def record_no_shows(self, day: date) -> dict[str, Any]:
        """Everybody still expected on a day did not come; their second dose waits for the first."""
        if day > self.today():
            raise DayNotOver(day)
        at = appointments.c
        missing = select(at.resident, at.dose).where(
            at.day == day.isoformat(), at.status == "booked"
        )
        rows = self.rows(missing.order_by(at.resident))
        for row in rows:
            person, course = self._course(UUID(row["resident"]))
            course.record_no_show(row["dose"], site=self.site, person=person)
            touched: dict[date, Session] = {}
            if row["dose"] == 1 and course.live(2) is not None:
                self._cancel(course, person, 2, "other", touched)
            self.save(*touched.values(), course)
        return {"day": day, "no_shows": len(rows)}

    # What several commands need

    def _course(self, resident: UUID) -> tuple[Person, Course]:
        return _person(self.known(resident)), self.begin(Course, Course.create_id(resident))

    def _rules(self, product: str) -> Rules:
        plan = self.campaign
        return Rules(plan.interval(product), plan.cutoff(product), plan.end, plan.min_age)

    def _booking_answer(self, course: Course, person: Person) -> dict[str, Any]:
        standing = course.standing()
        product = (course.doses or standing or [{"product": None}])[0]["product"]
        due = course.second_due_from(self._rules(product).interval_days) if product else None
        return {
            "resident": str(person.resident),
            "appointments": [
                {key: one[key] for key in ("dose", "day", "time", "product")} for one in standing
            ],
            "second_dose": "booked" if course.live(2) else "not_yet",
            "second_due_from": due,
        }


def _person(known: dict[str, Any]) -> Person:
    return Person(
        UUID(known["resident"]),
        known["unit"],
        known["cohort"],
        date.fromisoformat(known["birth_date"]),
    )


def _stock_answer(stock: Batch) -> dict[str, Any]:
    return {
        "batch": stock.batch,
        "product": stock.product,
        "received": stock.received,
        "used": stock.used,
        "wasted": stock.wasted,
        "left": stock.left,
        "expiry": stock.expiry,
        "recalled": stock.recalled,
    }
