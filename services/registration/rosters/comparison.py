"""A line of a roster beside who is registered: what is new in it, or a fault (R08, R16, R21)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from services.registration.domain.resident import Entered, Resident
from services.registration.residents.queries import ResidentRow
from services.registration.rosters.outcome import Change
from services.registration.rosters.reading.roster_doubts import card_fault
from services.registration.rosters.reading.roster_lines import Fault, Line
from services.registration.search.blind_index import Seen
from services.registration.units.queries import UnitRow
from shared.kit.language import Text
from shared.town.privacy import Identity

# Kinds whose number has no check digit: one mistyped digit may be another person's number.
UNCHECKED = frozenset(("passport", "hk_macau_permit", "taiwan_permit"))

FACTS: Final = ("tie", "cohort", "sex", "birth_date")
"""What of a line is not sealed."""


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody registered already: the view's row, and who it is; None when nobody can read it."""

    row: ResidentRow
    identity: Identity | None


def register(
    line: Line, resident: str, unit: str, cohort: str, again: Resident | None = None
) -> Resident:
    """Return a new resident; `cohort` is the unit's own, for a row that says none.

    Whose registration was taken back is registered `again`.
    """
    entered = Entered(
        unit=unit,
        tie=line.tie,
        cohort=line.cohort or cohort,
        sex=line.sex,
        birth_date=line.birth_date,
        document_kind=line.document.kind,
        identity=identity_of(line, {}),
    )
    if again is None:
        return Resident(resident=UUID(resident), **entered)
    again.list_again(**entered)
    return again


def identity_of(line: Line, known: Mapping[str, str]) -> dict[str, str]:
    """Return who the line says the person is; an empty cell leaves what is known."""
    return {
        "name": line.name,
        "card_number": line.document.number,
        "phone": line.phone or known.get("phone", ""),
        "email": line.email or known.get("email", ""),
        "address": line.address or known.get("address", ""),
    }


def seen_in(line: Line, resident: str, known: Mapping[str, str]) -> Seen:
    """Return who the line says somebody is, to be remembered by."""
    who = identity_of(line, known)
    return Seen(
        resident,
        line.name,
        line.document.number,
        who["phone"],
        line.birth_date.isoformat(),
        line.sex,
    )


def changes(line: Line, known: Known) -> list[Change]:
    """Return what the line says that is not registered yet: field, and its value before and after.

    Empty when it says nothing new.
    """
    row, identity = known.row, known.identity
    was: dict[str, str] = {name: row[name] for name in FACTS}
    now: dict[str, str] = {
        "tie": line.tie,
        "cohort": line.cohort or known.row["cohort"],
        "sex": line.sex,
        "birth_date": line.birth_date.isoformat(),
    } | identity_of(line, identity or {})
    if identity is not None:
        was |= {"email": "", **identity}  # one sealed before emails has none
    return [
        Change(field=name, before=was.get(name, ""), after=value)
        for name, value in now.items()
        if was.get(name) != value
    ]


def is_another_person(line: Line, known: Known) -> bool:
    """Tell whether the number of an unchecked kind is known of somebody else.

    Neither the name nor the date of birth is the same: rather a mistyped number than a correction.
    """
    return (
        line.document.kind in UNCHECKED
        and known.identity is not None
        and known.identity.get("name") not in (None, line.name)
        and date.fromisoformat(known.row["birth_date"]) != line.birth_date
    )


def correct(line: Line, person: Resident, unit: str, known: Known, changed: list[Change]) -> None:
    """Let the resident take over what the line says, which is this."""
    identity = identity_of(line, known.identity or {})
    person.correct(
        unit=unit,
        tie=line.tie,
        cohort=line.cohort or known.row["cohort"],
        identity=identity,
        new_identity=any(each["field"] not in FACTS for each in changed),
        sex=line.sex,
        birth_date=line.birth_date,
    )


def elsewhere(line: Line, unit: UnitRow) -> Fault:
    """Return the fault of a line whose person is on the list of another unit."""
    problem = Text(
        "此人已在{name_zh}登记。",
        "Already registered in {name_en}.",
        {"name_zh": unit["name_zh"], "name_en": unit["name_en"]},
    )
    remedy = Text(
        "一人只算一次，未作改动。请与该单位核对由谁登记，并从另一份名册中删去。",
        "A person counts once, nothing was changed: settle with that unit whose list it is.",
    )
    return card_fault(line, problem, remedy, "elsewhere")
