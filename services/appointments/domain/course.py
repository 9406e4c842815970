"""A resident's course: two doses, appointments, visits, reactions. The names are the storage format.

Long because its stream is one: what happens in it is said by one class.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate, event

from services.appointments.domain.person import Given, How, Person, Rules
from services.appointments.domain.reactions import Cards, Preceding, Told
from services.appointments.domain.refusals import (
    AfterCampaign,
    AfterCutoff,
    CourseComplete,
    DayOver,
    NoAppointment,
    NotCheckedIn,
    NotClearedToday,
    NotExpectedToday,
    NothingToObserve,
    TooEarly,
    UnderAge,
)
from services.appointments.domain.stock_refusals import ProductMismatch

COURSES = UUID("9c2b8f1e-1b2e-5dab-8c4a-4e3f9a1b2d08")
LIVE = ("booked", "waiting")


class Course(Aggregate):
    """One course per resident: the dose number follows from it, nobody is asked for it.

    `appointments`: dose number as text -> {day, time, product, status, override}.
    `doses`: given doses in order, each {dose, day, product, batch}. `reactions`: the cards of what
    happened after them.
    """

    appointments: dict[str, dict[str, Any]]
    doses: list[dict[str, Any]]
    observing: bool
    reactions: Cards

    @staticmethod
    def create_id(resident: UUID) -> UUID:
        """One stream a resident."""
        return uuid5(COURSES, str(resident))

    def begin(self) -> None:
        """Nothing booked, nothing given, nothing happened after it."""
        self.appointments, self.doses, self.observing = {}, [], False
        self.reactions = Cards()

    # What follows from what has happened

    def given(self, person: Person) -> list[Given]:
        """All doses of the person in the order of their days."""
        return sorted((*self.doses, *person.elsewhere), key=lambda dose: dose["day"])

    def due(self, person: Person) -> int:
        """Number of the dose that is due. Raises `CourseComplete`."""
        given = len(self.given(person))
        if given >= 2:
            raise CourseComplete
        return given + 1

    def live(self, dose: int) -> dict[str, Any] | None:
        """The standing appointment of a dose, if there is one."""
        appointment = self.appointments.get(str(dose))
        return appointment if appointment and appointment["status"] in LIVE else None

    def standing(self) -> list[dict[str, Any]]:
        """All standing appointments, first dose first."""
        return [
            a | {"dose": int(n)}
            for n, a in sorted(self.appointments.items())
            if a["status"] in LIVE
        ]

    def second_due_from(self, person: Person, interval_days: int) -> date | None:
        """The first day the second dose may be given (R04), from the first dose or its booking."""
        if given := self.given(person):
            return given[0]["day"] + timedelta(days=interval_days)
        first = self.live(1)
        return first["day"] + timedelta(days=interval_days) if first else None

    # Decisions

    def check(
        self, dose: int, day: date, person: Person, rules: Rules, override: str | None
    ) -> None:
        """Refuse a dose on a day by the first rule that forbids it.

        Raises `UnderAge`, `AfterCutoff`, `NoAppointment` (no first dose), `TooEarly`,
        `ProductMismatch`, `AfterCampaign`.
        """
        if (age := person.age_on(day)) < rules.youngest:
            raise UnderAge(day=day, age=age, youngest=rules.youngest)
        if dose == 1:
            if day > rules.cutoff and not override:
                raise AfterCutoff(day=day, cutoff=rules.cutoff)
        else:
            earliest = self.second_due_from(person, rules.interval_days)
            if earliest is None:
                raise NoAppointment
            if day < earliest:
                raise TooEarly(day=day, earliest=earliest)
            first = next(iter(self.given(person)), None) or self.appointments["1"]
            _same_product(first, rules)
        if day > rules.end:
            raise AfterCampaign(day=day, end=rules.end)

    def book(
        self, dose: int, day: date, time: str, person: Person, rules: Rules, override: str | None
    ) -> None:
        """Book a dose; the caller has taken the place. Raises `DayOver` and what `check` raises."""
        if day < rules.today:
            raise DayOver(when=day)
        self.check(dose, day, person, rules, override)
        self._on_booked(*person.place, dose, day, time, rules.product, override)

    def move(self, dose: int, day: date, time: str, person: Person, rules: Rules) -> None:
        """Move a booked dose to another day or slot; a repeat changes nothing.

        Raises `NoAppointment`, `DayOver`, `ProductMismatch` and what `check` raises.
        """
        appointment = self._booked(dose)
        if day < rules.today:
            raise DayOver(when=day)
        _same_product(appointment, rules)
        self.check(dose, day, person, rules, appointment["override"])
        before = appointment["day"], appointment["time"]
        if (day, time) != before:
            self._on_moved(*person.place, dose, day, time, *before)

    def cancel(self, dose: int, reason: str, person: Person) -> None:
        """Cancel a standing appointment; a repeat changes nothing. Raises `NoAppointment`."""
        appointment = self.live(dose)
        if appointment is None:
            if self.appointments.get(str(dose), {}).get("status") == "cancelled":
                return
            raise NoAppointment
        at = appointment["day"], appointment["time"]
        self._on_cancelled(*person.place, dose, *at, reason)

    def refuse(self, unit: str, day: date, reason: str, *, site: str, resident: UUID) -> None:
        """Say that the site cannot book the resident from a day on, as it was asked to."""
        self._on_refused(site, resident, unit, day, reason)

    def record_no_show(self, dose: int, person: Person) -> None:
        """The resident did not come. Raises `NoAppointment`."""
        appointment = self._booked(dose)
        self._on_no_show(*person.place, dose, appointment["day"], appointment["time"])

    def check_in(self, today: date, person: Person, number: int | None = None) -> dict[str, Any]:
        """The resident is here for today's appointment, under a number; a repeat changes nothing.

        Raises `CourseComplete`, `NotExpectedToday`.
        """
        due = self.due(person)
        appointment = self.live(due)
        if appointment is None or appointment["day"] != today:
            raise NotExpectedToday(day=today)
        if appointment["status"] == "booked":
            self._on_checked_in(*person.place, due, today, appointment["time"], number)
        return appointment

    def give(
        self, batch: str, vaccinator: str, person: Person, rules: Rules, how: How, *, cleared: bool
    ) -> int:
        """Give the dose that is due, and return its number.

        Raises `CourseComplete`, `NotCheckedIn`, `ProductMismatch`, `NotClearedToday` and what
        `check` raises.
        """
        dose, today = self.due(person), rules.today
        appointment = self.live(dose)
        if appointment is None or appointment["status"] != "waiting" or appointment["day"] != today:
            # Say the deeper reason first: it is of no use to check in for a dose too early.
            if dose == 2:
                self.check(dose, today, person, rules, None)
            raise NotCheckedIn
        self.check(dose, today, person, rules, appointment["override"])
        _same_product(appointment, rules)
        if not cleared:
            raise NotClearedToday
        told = dose, today, rules.product, batch, vaccinator
        self._on_given(*person.place, person.cohort, *told, how.body_side, how.desk, how.trace_code)
        return dose

    def end_observation(self, person: Person, early_reason: str | None = None) -> None:
        """The resident leaves, early for a reason; a repeat changes nothing. Raises `NothingToObserve`."""
        if not self.doses:
            raise NothingToObserve
        if self.observing:
            where, last = person.place[:2], self.doses[-1]
            self._on_observation_ended(*where, last["dose"], last["day"], early_reason)

    # Reactions, which the cards decide

    def report(self, site: str, after: Preceding, told: Told) -> UUID:
        """Open a card; the caller has checked times and dose. Returns its id."""
        card = self.reactions.next_id(self.id)
        dose = after.resident, after.dose, after.day, after.batch
        self._on_reported(site, card, *dose, **told)
        return card

    def follow_up(self, site: str, card: UUID, told: Told, now: str) -> None:
        """Say more about a reaction; what is None stays, and nothing new changes nothing.

        Raises `UnknownReaction`, `EndBeforeOnset`, `EndToCome`.
        """
        if (new := self.reactions.news(card, told, now)) is not None:
            self._on_followed_up(site, card, *self.reactions.about(card), **new)

    def report_up(
        self, site: str, card: UUID, at: str, to: str, number: str | None, now: str
    ) -> None:
        """A reaction was reported to the authorities.

        Raises `UnknownReaction`, `ReportedUpToCome`, `ReportedUpTooEarly`.
        """
        self.reactions.check_report(card, at, now)
        self._on_reported_up(site, card, *self.reactions.about(card), at, to, number)

    def _booked(self, dose: int) -> dict[str, Any]:
        appointment = self.live(dose)
        if appointment is None or appointment["status"] != "booked":
            raise NoAppointment
        return appointment

    # What happened

    @event("AppointmentBooked")
    def _on_booked(
        self,
        site: str,
        resident: UUID,
        unit: str,
        dose: int,
        day: date,
        time: str,
        product: str,
        override: str | None,
    ) -> None:
        at = {"day": day, "time": time, "product": product}
        self.appointments[str(dose)] = at | {"status": "booked", "override": override}

    @event("AppointmentMoved")
    def _on_moved(
        self,
        site: str,
        resident: UUID,
        unit: str,
        dose: int,
        day: date,
        time: str,
        from_day: date,
        from_time: str,
    ) -> None:
        self.appointments[str(dose)] |= {"day": day, "time": time}

    @event("AppointmentCancelled")
    def _on_cancelled(
        self, site: str, resident: UUID, unit: str, dose: int, day: date, time: str, reason: str
    ) -> None:
        self.appointments[str(dose)]["status"] = "cancelled"

    @event("AppointmentRefused")
    def _on_refused(self, site: str, resident: UUID, unit: str, day: date, reason: str) -> None:
        pass

    @event("NoShowRecorded")
    def _on_no_show(
        self, site: str, resident: UUID, unit: str, dose: int, day: date, time: str
    ) -> None:
        self.appointments[str(dose)]["status"] = "no_show"

    @event("ResidentCheckedIn")
    def _on_checked_in(
        self,
        site: str,
        resident: UUID,
        unit: str,
        dose: int,
        day: date,
        time: str,
        number: int | None,
    ) -> None:
        self.appointments[str(dose)] |= {"status": "waiting", "number": number}

    @event("DoseAdministered")
    def _on_given(
        self,
        site: str,
        resident: UUID,
        unit: str,
        cohort: str,
        dose: int,
        day: date,
        product: str,
        batch: str,
        vaccinator: str,
        body_side: str | None,
        desk: str | None,
        trace_code: str | None,
    ) -> None:
        self.appointments[str(dose)]["status"] = "vaccinated"
        self.doses.append({"dose": dose, "day": day, "product": product, "batch": batch})
        self.observing = True

    @event("ObservationEnded")
    def _on_observation_ended(
        self, site: str, resident: UUID, dose: int, day: date, early_reason: str | None
    ) -> None:
        self.appointments[str(dose)]["status"] = "done"
        self.observing = False

    @event("AdverseEventReported")
    def _on_reported(
        self,
        site: str,
        card: UUID,
        resident: UUID,
        dose: int,
        day: date,
        batch: str,
        onset: str | None,
        found: str | None,
        ended: str | None,
        signs: list[str],
        other: str | None,
        severity: str,
        admitted: bool,
        concern: bool,
        diagnosis: str | None,
        course: str | None,
        outcome: str,
        found_by: str,
        classified: str,
    ) -> None:
        about = {"resident": resident, "dose": dose, "day": day, "onset": onset, "found": found}
        said = (severity, admitted, concern, ended, diagnosis, course, outcome, classified)
        self.reactions.opened(card, about, *said)

    @event("AdverseEventFollowedUp")
    def _on_followed_up(
        self,
        site: str,
        card: UUID,
        resident: UUID,
        dose: int,
        day: date,
        severity: str | None,
        admitted: bool | None,
        concern: bool | None,
        ended: str | None,
        diagnosis: str | None,
        course: str | None,
        outcome: str | None,
        classified: str | None,
    ) -> None:
        said = (severity, admitted, concern, ended, diagnosis, course, outcome, classified)
        self.reactions.added(card, *said)

    @event("AdverseEventReportedUp")
    def _on_reported_up(
        self,
        site: str,
        card: UUID,
        resident: UUID,
        dose: int,
        day: date,
        at: str,
        to: str,
        number: str | None,
    ) -> None:
        pass


def _same_product(booked: dict[str, Any], rules: Rules) -> None:
    if rules.product != booked["product"]:
        due, chosen = rules.called(booked["product"]), rules.called(rules.product)
        raise ProductMismatch(product=due, chosen=chosen)
