"""A roster meets who is registered: new, corrected, unchanged, or a fault (R08, R16, R21)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.registration.domain.resident import Resident
from services.registration.roster_doubts import card_fault
from services.registration.roster_rows import Fault, Line

DOCUMENT = "resident_card"


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody registered already: the view's row, and who it is; None when nobody can read it."""

    row: dict[str, Any]
    unit_name: str
    identity: dict[str, Any] | None

    @property
    def unit(self) -> str:
        """The unit on whose list the person is."""
        return self.row["unit"]

    @property
    def tie(self) -> str:
        """The tie to the town."""
        return self.row["tie"]

    @property
    def cohort(self) -> str:
        """The group of people."""
        return self.row["cohort"]


@dataclass(slots=True)
class Outcome:
    """What importing the lines comes to, row by row."""

    entries: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    faults: list[Fault] = field(default_factory=list[Fault])

    def add(self, line: Line, resident: UUID, outcome: str, **more: Any) -> None:
        """A row was taken."""
        entry = {"sheet": line.sheet, "row": line.row, "outcome": outcome}
        self.entries.append(entry | {"resident": str(resident)} | more)

    def count(self, outcome: str) -> int:
        """How many rows came out as new, corrected, unchanged or close."""
        return sum(entry["outcome"] == outcome for entry in self.entries)


def register(line: Line, resident: UUID, unit: str, cohort: str) -> Resident:
    """Return a new resident; `cohort` is the unit's own, for a row that says none."""
    return Resident(
        resident=resident,
        unit=unit,
        tie=line.tie,
        cohort=line.cohort or cohort,
        sex=line.card.sex,
        birth_date=line.card.birth_date,
        document_kind=DOCUMENT,
        identity=identity_of(line, {}),
    )


def identity_of(line: Line, known: Mapping[str, Any]) -> dict[str, Any]:
    """Return who the line says the person is; an empty cell leaves what is known."""
    return {
        "name": line.name,
        "card_number": line.card.number,
        "phone": line.phone or known.get("phone", ""),
        "address": line.address or known.get("address", ""),
    }


def changes(line: Line, known: Known) -> list[dict[str, str]]:
    """Return what the line says that is not registered yet: field, and its value before and after.

    Empty when it says nothing new.
    """
    was = {"tie": known.tie, "cohort": known.cohort}
    now = {"tie": line.tie, "cohort": line.cohort or known.cohort}
    was |= known.identity or {}
    now |= identity_of(line, known.identity or {})
    return [
        {"field": name, "before": was.get(name, ""), "after": now[name]}
        for name in now
        if was.get(name) != now[name]
    ]


def correct(line: Line, person: Resident, unit: str, known: Known) -> None:
    """Let the resident take over what the line says."""
    identity = identity_of(line, known.identity or {})
    person.correct(
        unit=unit,
        tie=line.tie,
        cohort=line.cohort or known.cohort,
        identity=identity,
        new_identity=identity != known.identity,
    )


def elsewhere(line: Line, known: Known) -> Fault:
    """Return the fault of a line whose person is on another unit's list."""
    problem = (
        f"此人已在{known.unit_name}（{known.unit}）登记。",
        f"Already registered in unit {known.unit}.",
    )
    remedy = (
        "一人只算一次，未作改动。请与该单位核对由谁登记，并从另一份名册中删去。",
        "A person counts once, nothing was changed: settle with that unit whose list it is.",
    )
    return card_fault(line, problem, remedy)
