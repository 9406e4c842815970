"""What an overview shows of one resident: everything that any room knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypedDict
from uuid import UUID

from services.registration.duplicates import queries as duplicates
from services.registration.history import queries as history
from services.registration.history.queries import Happened
from services.registration.mobilisation import figures
from services.registration.mobilisation import queries as mobilisation
from services.registration.residents import persons
from services.registration.residents import queries as residents
from services.registration.residents.queries import AlsoListed, Shown
from services.registration.rosters.queries import ImportJob
from services.registration.units import queries as units
from shared.kit.formats import Id
from shared.town.work import Work


class ResidentFile(Shown):
    """One resident with the opened identity, the lists, the linked records, and the history."""

    phone: str | None
    email: str | None
    address: str | None
    card_number: str | None
    site: str | None
    also: list[AlsoListed]
    cohorts: list[str]
    records: list[Id]
    history: list[Happened]


class Left(TypedDict):
    """How much is left to do in a unit."""

    unanswered: int
    pairs: int
    faults: int
    unassigned: int


def left_to_do(
    work: Work,
    unit: str,
    people: Mapping[str, int],
    imports: Sequence[ImportJob],
    *,
    decides_pairs: bool,
) -> Left:
    """Return what is left to do in a unit; `people` by status, `imports` the newest first."""
    counts = imports[0]["counts"] if imports else None
    return Left(
        unanswered=people.get("registered", 0),
        pairs=duplicates.matches(work, "open", {unit}, 1)["left"] if decides_pairs else 0,
        faults=(counts and counts["errors"]) or 0,
        unassigned=figures.unassigned_in(work, unit),
    )


def resident_file(work: Work, resident: UUID) -> ResidentFile:
    """Return one resident with the opened identity and the history; raises `UnknownResident`."""
    row = residents.resident_with_status(work, resident)
    identity = residents.identities(work, [row])[str(resident)] or {}
    linked = persons.yielded_to(work, [str(resident)])
    return ResidentFile(
        **residents.shown(row, identity),
        phone=identity.get("phone"),
        email=identity.get("email") or None,
        address=identity.get("address"),
        card_number=identity.get("card_number"),
        site=units.unit(work, row["unit"])["site"],
        also=residents.also_listed(work, resident),
        cohorts=residents.cohorts_of(work, resident),
        records=linked,
        history=history_of(work, [str(resident), *linked]),
    )


def history_of(work: Work, records: list[str]) -> list[Happened]:
    """Return what happened to records of one person, and who decided that they are, in order."""
    happened = duplicates.decisions_on(work, records)
    for record in records:
        happened += history.history_of(work, record, *mobilisation.streams_of(record))
    return sorted(happened, key=lambda each: (each["at"], each["source"], each["position"]))
