"""A part with a crowd in it: people of whom much has been told, some of it today."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from services.appointments.bookings.commands import book
from services.registration.domain.resident import Resident
from services.registration.mobilisation.commands import assign
from services.registration.mobilisation.selection import BY_NAME
from services.registration.residents.commands import decline, give_consent
from shared.town.access.roles import UNIT_CADRE
from tests.registration.test_matches import somebody
from tests.support.part import PartUnderTest
from tests.support.workbooks import roster

TODAY, WEEK, UNIT, SECTOR, SITE = "2024-05-20", "2024-W14", "v15", "s01", "stadium"
SOURCE = f"appointments/{SITE}"
DAYS = [date(2024, 4, 2) + timedelta(days=n) for n in range(20)]
TODAYS, WAITING = 8, 3
COMMON = {"site": SITE, "cohort": "general", "product": "CoronaVac", "vaccinator": "nurse-01"}


class _Later:
    def receive(self, _messages: Any) -> None:
        """Leave it in the log."""


class Crowd(PartUnderTest):
    """A part that hears the life of many people of one unit, in which only the crowd differs."""

    def __init__(self, folder: Path, service: str, people: int) -> None:
        """Open the part with so many people."""
        site = SITE if service == "appointments" else None
        super().__init__(folder, service, site)
        self._later = False
        self.at("2024-03-26")
        self.people = [str(uuid.UUID(int=number + 1)) for number in range(people)]
        if service == "registration":
            self._register(people)
        with self._told_together():
            self._tell()
        if service == "appointments":
            self._book()
        self.at(TODAY)

    @contextmanager
    def _told_together(self) -> Iterator[None]:
        self._later = True
        yield
        self._later = False
        for source in self._foreign:
            self.follower(source).catch_up()

    def follower(self, source: str) -> Any:
        """The part's follower, or nobody, while everything is told."""
        self._foreign.setdefault(source, [])
        return _Later() if self._later else super().follower(source)

    def _register(self, people: int) -> None:
        content = roster(*(somebody(number) for number in range(people)))
        answer = self.http.upload(f"/api/units/{UNIT}/roster", content)
        assert answer.status_code == 200, answer.text
        assert answer.json is not None
        self.people = [each["resident"] for each in answer.json["entries"]]
        assert len(self.people) == people, answer.json["errors"][:3]
        self.hears("supervision", "StaffEnrolled", login="v15-cadre")
        granted = {"role": UNIT_CADRE, "scope": f"unit:{UNIT}"}
        self.hears("supervision", "RoleGranted", login="v15-cadre", **granted)
        with self.transaction():
            third = [uuid.UUID(each) for each in self.people[::3]]
            assign(
                self.app, UNIT, cadres=["v15-cadre"], since=None, choice=BY_NAME, residents=third
            )
            for number, resident in enumerate(map(uuid.UUID, self.people)):
                if number % 10 == 9:
                    decline(self.app, resident, "no_time")
                    continue
                give_consent(self.app, resident, WEEK)
                someone = self.app.get(Resident, resident)
                if number % 4:
                    someone.list_also(SECTOR, "workplace")
                    someone.tag((*someone.cohorts, "merchant"))
                if number < WAITING or number % 5 == 1:
                    someone.ask_rebooking(SITE, DAYS[-1])
                self.app.save(someone)

    def _tell(self) -> None:
        """Everybody is registered, screened and booked; most come; the same few come today."""
        if self.part.service in ("appointments", "screening"):
            docked = {"unit": UNIT, "site": SITE, "since": "2024-03-25"}
            self.hears("registration", "UnitDocked", **docked)
        for number, resident in enumerate(self.people):
            if self.part.service != "registration":
                self._is_registered(number, resident)
            if number < TODAYS:
                self._comes_today(resident)
            elif number % 10 != 9:
                self._has_been(number, resident)

    def _is_registered(self, number: int, resident: str) -> None:
        facts = {"tie": "household", "cohort": "general", "sex": "female"}
        facts |= {"birth_date": "1980-01-01", "document_kind": "resident_card"}
        self.hears("registration", "ResidentRegistered", resident=resident, unit=UNIT, **facts)
        if number % 10 == 9:
            self.hears("registration", "VaccinationDeclined", resident=resident, reason="no_time")
        else:
            self.hears("registration", "ConsentGiven", resident=resident, wished_week=WEEK)

    def _comes_today(self, resident: str) -> None:
        self._screened("ResidentCleared", resident, TODAY, valid_until=TODAY)
        if resident in self.people[:WAITING]:
            self._booked("AppointmentCancelled", resident, 1, DAYS[-1], reason="redocked")
        else:
            self._booked("AppointmentBooked", resident, 1, date.fromisoformat(TODAY))

    def _has_been(self, number: int, resident: str) -> None:
        first = DAYS[number % len(DAYS)]
        second = first + timedelta(days=21)
        if number % 10 == 3:
            self._screened("ContraindicationFound", resident, first, reasons=["epilepsy_own"])
            return
        if number % 10 == 4:
            self._screened(
                "ResidentDeferred", resident, first, reasons=["fever"], until="2024-06-01"
            )
        if number % 5 == 1:
            self._booked("AppointmentCancelled", resident, 1, first, reason="redocked")
        for dose, day in ((1, first), (2, second)):
            self._booked("AppointmentBooked", resident, dose, day)
        for dose, day in ((1, first), (2, second))[: 1 + number % 2]:
            self._screened("ResidentCleared", resident, day, valid_until=day)
            self._dose(resident, dose, day)

    def _book(self) -> None:
        """The site opens; everybody who is willing is booked, the same few for today."""
        batch = {"batch": "SV-1", "product": "CoronaVac", "doses": 5000, "expiry": "2025-01-31"}
        span = {"from_day": "2024-03-26", "to_day": "2024-06-20", "product": "CoronaVac"}
        for url, body in (("/api/batches", batch), ("/api/sessions", span)):
            answer = self.http.post(url, body)
            assert answer.status_code == 200, answer.text
        with self.transaction():
            for number, resident in enumerate(map(uuid.UUID, self.people)):
                if number < TODAYS:
                    book(self.app, resident, date.fromisoformat(TODAY))
                elif number % 10 not in (3, 9):
                    book(self.app, resident, DAYS[number % len(DAYS)])

    def _screened(self, event: str, resident: str, day: date | str, **more: Any) -> None:
        about = {"resident": resident, "site": SITE, "day": str(day), "rules": "1"}
        self.hears("screening", event, **about, **more)

    def _booked(self, event: str, resident: str, dose: int, day: date, **more: Any) -> None:
        if self.part.service in ("registration", "reporting", "supervision"):
            about = {"resident": resident, "site": SITE, "unit": UNIT, "dose": dose}
            if event == "AppointmentBooked":
                more |= {"product": "CoronaVac", "override": None}
            self.hears(SOURCE, event, **about, day=str(day), time="09:00", **more)

    def _dose(self, resident: str, dose: int, day: date) -> None:
        if self.part.service in ("registration", "reporting", "supervision"):
            about = {"resident": resident, "unit": UNIT, "dose": dose, "day": str(day)}
            self.hears(SOURCE, "DoseAdministered", **about, **COMMON, batch="SV-1")
