"""A roster meets who is registered: new, corrected, unchanged, or a fault (R08, R16, R21)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.registration.domain.resident import Resident
from services.registration.roster_doubts import card_fault
from services.registration.roster_rows import Fault, Line
from services.registration.tracing import Seen

DOCUMENT = "resident_card"


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody registered already, with the opened identity; None when it cannot be read."""

    unit: str
    unit_name: str
    tie: str
    cohort: str
    identity: dict[str, Any] | None


@dataclass(slots=True)
class Outcome:
    """What importing the lines comes to; `changed` are the aggregates to save, `seen` who they are."""

    entries: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    faults: list[Fault] = field(default_factory=list[Fault])
    changed: list[Resident] = field(default_factory=list[Resident])
    seen: list[Seen] = field(default_factory=list[Seen])

    def count(self, outcome: str) -> int:
        """How many rows came out as new, corrected or unchanged."""
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


def seen_in(line: Line, resident: UUID, known: Mapping[str, Any]) -> Seen:
    """Return who the line says somebody is, to be remembered by."""
    who = identity_of(line, known)
    card = line.card
    return Seen(
        str(resident), who["name"], card.number, who["phone"], card.birth_date.isoformat(), card.sex
    )


def differs(line: Line, known: Known) -> bool:
    """Tell whether the line says something that is not registered yet."""
    return (
        line.tie != known.tie
        or (line.cohort or known.cohort) != known.cohort
        or identity_of(line, known.identity or {}) != known.identity
    )


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
