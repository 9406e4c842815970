"""A site's commands."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import select

from services.appointments.domain.batch import Batch
from services.appointments.domain.course import Course
from services.appointments.domain.plan import WeeklyPlan
from services.appointments.domain.refusals import (
    BatchExpired,
    DayNotOver,
    OutsideCampaign,
    UnknownBatch,
)
from services.appointments.domain.session import Session
from services.appointments.domain.site import Site
from services.appointments.following_links import FollowedLinks
from services.appointments.policies import policies
from services.appointments.redocking import Redocking
from services.appointments.views import appointments, views
from shared.town.campaign import days_of

SNAPSHOT_EVERY = 20


class Appointments(FollowedLinks, Redocking):
    """One site: stock, sessions, bookings, visits and doses, each rule kept by its aggregate."""

    aggregates = (Site, Batch, Session, WeeklyPlan, Course)
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
        start, end = self.campaign.start, self.campaign.end
        if not start <= from_day <= to_day <= end:
            raise OutsideCampaign(start, end)
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
        plan = self.begin(WeeklyPlan, WeeklyPlan.create_id(self.site, week))
        plan.publish(self.site, week, self.planned(days_of(week)))
        self.save(plan)
        return {"week": week, "rows": plan.rows}

    # The day

    def check_in(self, resident: UUID) -> dict[str, Any]:
        """The resident is here (R23)."""
        person, course = self.course_of(resident)
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
        person, course = self.course_of_known(known)
        stock, today = self._batch(batch), self.today()
        cleared = known["screening"] == "cleared" and known["until"] >= today.isoformat()
        rules = self.rules_of(stock.product)
        dose = course.give(
            today, stock.product, batch, vaccinator,
            site=self.site, cleared=cleared, person=person, rules=rules,
        )  # fmt: skip
        stock.draw(person.resident, dose, today)
        touched: dict[date, Session] = {}
        if dose == 1:
            self.mend_second(course, person, touched)
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
        person, course = self.course_of(resident)
        course.end_observation(site=self.site, person=person)
        self.save(course)
        return {"resident": str(resident), "dose": course.doses[-1]["dose"], "status": "done"}

    def report_adverse_event(self, resident: UUID, severity: str, sign: str) -> dict[str, Any]:
        """Record what happened after a dose (AEFI)."""
        person, course = self.course_of(resident)
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
            person, course = self.course_of_record(row["resident"])
            course.record_no_show(row["dose"], site=self.site, person=person)
            touched: dict[date, Session] = {}
            if row["dose"] == 1 and course.live(2) is not None:
                self.release_and_cancel(course, person, 2, "other", touched)
            self.save(*touched.values(), course)
        return {"day": day, "no_shows": len(rows)}


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
