"""A roster meets who is registered: new, corrected, unchanged, or a fault (R08, R16, R21)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from services.registration.domain.resident import Resident
from services.registration.roster_doubts import card_fault
from services.registration.roster_lines import Fault, Line
from services.registration.tracing import Seen

# Kinds whose number has no check digit: one mistyped digit may be another person's number.
UNCHECKED = frozenset(("passport", "hk_macau_permit", "taiwan_permit"))


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody registered already, with the opened identity; None when it cannot be read."""

    unit: str
    unit_name: str
    tie: str
    cohort: str
    identity: dict[str, Any] | None
    sex: str | None = None
    birth_date: date | None = None


@dataclass(slots=True)
class Outcome:
    """What importing the lines comes to; `changed` and `shared` are the aggregates to save, `seen` who they are.

    `shared` are other units' people whom this unit lists too: nothing of theirs is sealed anew.
    """

    entries: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    faults: list[Fault] = field(default_factory=list[Fault])
    changed: list[Resident] = field(default_factory=list[Resident])
    shared: list[Resident] = field(default_factory=list[Resident])
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
        sex=line.sex,
        birth_date=line.birth_date,
        document_kind=line.document.kind,
        identity=identity_of(line, {}),
    )


def identity_of(line: Line, known: Mapping[str, Any]) -> dict[str, Any]:
    """Return who the line says the person is; an empty cell leaves what is known."""
    return {
        "name": line.name,
        "card_number": line.document.number,
        "phone": line.phone or known.get("phone", ""),
        "email": line.email or known.get("email", ""),
        "address": line.address or known.get("address", ""),
    }


def seen_in(line: Line, resident: UUID, known: Mapping[str, Any]) -> Seen:
    """Return who the line says somebody is, to be remembered by."""
    who = identity_of(line, known)
    return Seen(
        str(resident),
        line.name,
        line.document.number,
        who["phone"],
        line.birth_date.isoformat(),
        line.sex,
    )


def differs(line: Line, known: Known) -> bool:
    """Tell whether the line says something that is not registered yet."""
    return (
        line.tie != known.tie
        or (line.cohort or known.cohort) != known.cohort
        or (known.sex is not None and line.sex != known.sex)
        or (known.birth_date is not None and line.birth_date != known.birth_date)
        or _new_identity(line, known)
    )


def _new_identity(line: Line, known: Known) -> bool:
    """Tell whether the line changes the identity; one sealed before emails has none."""
    before = known.identity
    return before is None or identity_of(line, before) != {"email": "", **before}


def is_another_person(line: Line, known: Known) -> bool:
    """Tell whether the number of an unchecked kind is known of somebody else.

    Neither the name nor the date of birth is the same: rather a mistyped number than a correction.
    """
    return (
        line.document.kind in UNCHECKED
        and known.identity is not None
        and known.identity.get("name") not in (None, line.name)
        and known.birth_date not in (None, line.birth_date)
    )


def correct(line: Line, person: Resident, unit: str, known: Known) -> None:
    """Let the resident take over what the line says."""
    identity = identity_of(line, known.identity or {})
    person.correct(
        unit=unit,
        tie=line.tie,
        cohort=line.cohort or known.cohort,
        identity=identity,
        new_identity=_new_identity(line, known),
        sex=line.sex,
        birth_date=line.birth_date,
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
    return card_fault(line, problem, remedy, "elsewhere")


def another_person(line: Line) -> Fault:
    """Return the fault of a line whose number is registered for somebody else."""
    problem = (
        "此证件号码已登记在姓名和出生日期都不同的人名下。",
        "This number is registered for somebody with another name and another date of birth.",
    )
    remedy = (
        "未作改动。请核对证件号码；如确为同一人，请先逐项更正。",
        "Nothing was changed: check the number; where it is one person, correct one value at a time.",
    )
    return card_fault(line, problem, remedy, "another_person")
