"""The stadium with people, vaccine and sessions, for tests over its HTTP interface."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

from werkzeug.test import TestResponse

from tests.support.part import PartUnderTest

ANNA = uuid.UUID("5f0c8d1e-2b1a-8c3d-9e4f-0a1b2c3d4e5f")
BO = uuid.UUID("6a1d9e2f-3c2b-8d4e-af50-1b2c3d4e5f60")
START, FIRST, SECOND = "2024-03-25", "2024-04-02", "2024-04-16"
SLOTS = 16


class Stadium(PartUnderTest):
    """The part `appointments/stadium`; steps are named as people at the site would name them."""

    def __init__(self, folder: Path, **changes: Any) -> None:
        """Open the site's part on the campaign's first day; unit v15 is docked here."""
        super().__init__(folder, "appointments", "stadium", **changes)
        self.at(START)

    def opens(self, doses: int = 1000, product: str = "CoronaVac") -> Stadium:
        """The first batch arrives, and all sessions are opened."""
        self.dock("v15", "stadium")
        self.ok("/api/batches", batch("SV-1", doses, product))
        span = {"from_day": START, "to_day": "2024-06-20", "product": product}
        self.ok("/api/sessions", span)
        return self

    def dock(self, unit: str, site: str) -> None:
        """The office docks a unit to a site."""
        self.hears("registration", "UnitDocked", unit=unit, site=site, since=START)

    def registered(self, resident: uuid.UUID, unit: str = "v15", birth: str = "1980-01-01") -> None:
        """Somebody is on a unit's roster."""
        self.hears("registration", "ResidentRegistered", **facts(resident, unit, birth))

    def consented(self, resident: uuid.UUID, **facts_of: str) -> None:
        """Somebody is on a unit's roster and wants to be vaccinated."""
        self.registered(resident, **facts_of)
        self.hears("registration", "ConsentGiven", resident=resident, wished_week="2024-W14")

    def cleared(self, resident: uuid.UUID, day: str) -> None:
        """Screening clears somebody for a day."""
        self.screened("ResidentCleared", resident, day, valid_until=day)

    def screened(self, outcome: str, resident: uuid.UUID, day: str, **more: Any) -> None:
        """Screening comes to any outcome."""
        common = {"resident": resident, "site": "stadium", "day": day, "rules": "plan-2024.1"}
        self.hears("screening", outcome, **common, **more)

    def read(self, url: str, **query: Any) -> Any:
        """Ask for JSON; what it says."""
        return self.http.get(url, **query).json

    def ok(self, url: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Send a command that has to succeed; its answer."""
        answer = self.http.post(url, body)
        assert answer.status_code == 200, answer.text
        return answer.json or {}

    def book(self, resident: uuid.UUID = ANNA, from_day: str = FIRST, **more: Any) -> Any:
        """Ask for an appointment."""
        body = {"resident": str(resident), "from_day": from_day, **more}
        return self.http.post("/api/appointments", body)

    def booked(
        self, resident: uuid.UUID = ANNA, from_day: str = FIRST, **more: Any
    ) -> dict[str, Any]:
        """Get an appointment."""
        answer = self.book(resident, from_day, **more)
        assert answer.status_code == 200, answer.text
        return answer.json or {}

    def person(self, resident: uuid.UUID, step: str, **body: Any) -> Any:
        """Send a command about one resident."""
        return self.http.post(f"/api/residents/{resident}/{step}", body)

    def give(self, resident: uuid.UUID = ANNA, batch_number: str = "SV-1") -> Any:
        """A nurse gives the dose that is due."""
        return self.person(resident, "dose", batch=batch_number, vaccinator="nurse-01")

    def vaccinated(self, resident: uuid.UUID, day: str) -> dict[str, Any]:
        """Somebody comes on a day, is checked in, cleared and vaccinated."""
        self.at(day)
        assert self.person(resident, "check-in").status_code == 200
        self.cleared(resident, day)
        answer = self.give(resident)
        assert answer.status_code == 200, answer.text
        return answer.json or {}

    def taken(self, day: str) -> int:
        """Places held on a day."""
        return self.session(day)["taken"]

    def session(self, day: str) -> dict[str, Any]:
        """The session of a day."""
        return self.read("/api/sessions", **{"from": day, "to": day})["sessions"][0]

    def known(self, resident: uuid.UUID = ANNA) -> dict[str, Any]:
        """What the site knows of somebody."""
        return self.read(f"/api/residents/{resident}")

    def appointment(self, dose: int, resident: uuid.UUID = ANNA) -> dict[str, Any]:
        """One dose's appointment as the site knows it."""
        return next(a for a in self.known(resident)["appointments"] if a["dose"] == dose)


def facts(resident: uuid.UUID, unit: str = "v15", birth: str = "1980-01-01") -> dict[str, Any]:
    return {
        "resident": resident,
        "unit": unit,
        "tie": "household",
        "cohort": "general",
        "sex": "female",
        "birth_date": birth,
        "document_kind": "resident_card",
    }


def batch(
    number: str, doses: int = 1000, product: str = "CoronaVac", expiry: str = "2025-01-31"
) -> dict[str, Any]:
    return {"batch": number, "product": product, "doses": doses, "expiry": expiry}


def refused(answer: TestResponse, code: str, status: int) -> dict[str, Any]:
    """Check that an answer is this refusal, as a problem; its document."""
    problem: dict[str, Any] = answer.json or {}
    assert (problem.get("code"), answer.status_code) == (code, status), answer.text
    assert answer.mimetype == "application/problem+json"
    return problem
