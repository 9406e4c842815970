"""Which batches are held for a reading that was withdrawn, and which readings are still too warm."""

from __future__ import annotations

from typing import TypedDict

from services.appointments.fridge.queries import readings_withdrawn
from services.appointments.stock.queries import StockedBatch, stock
from shared.town.work import Work


class Mistaken(TypedDict):
    """A reading that was withdrawn, and the batches that are in quarantine for it still."""

    fridge: str
    number: int
    celsius: float
    read_at: str
    withdrawn: str
    batches: list[str]


def mistaken(work: Work) -> list[Mistaken]:
    """Return the withdrawn readings for which batches are held, the first on top."""
    here = stock(work)
    found: list[Mistaken] = [
        {
            "fridge": row["fridge"],
            "number": row["number"],
            "celsius": row["celsius"],
            "read_at": row["read_at"],
            "withdrawn": row["withdrawn"] or "",
            "batches": _held_for(here, (row["fridge"], row["celsius"], row["read_at"])),
        }
        for row in readings_withdrawn(work)
    ]
    return [row for row in found if row["batches"]]


def _held_for(here: list[StockedBatch], reading: tuple[str, float, str]) -> list[str]:
    return [
        row["batch"]
        for row in here
        if reading in {(why["of"], why["celsius"], why["read_at"]) for why in row["held"]}
    ]
