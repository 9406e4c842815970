"""What a reading does to the batches in a refrigerator; where each lies; the end of a quarantine."""

from __future__ import annotations

from typing import TypedDict

from services.appointments.cold.queries import mistaken
from services.appointments.domain.fridge_refusals import NotWithdrawn
from services.appointments.fridge import commands as fridge_commands
from services.appointments.fridge.commands import Read
from services.appointments.fridge.queries import must_be_here, out_of_range
from services.appointments.stock.queries import StockedBatch, batch_of, stock
from shared.town.contracts.fridges import is_cold
from shared.town.work import Work


class ReadAndHeld(Read):
    """A reading as it is recorded, and the batches that are in quarantine for it."""

    held: list[str]


class Stored(TypedDict):
    """In which refrigerator a batch lies; `warm`: that and its temperature, if the batch is held for it."""

    batch: str
    fridge: str
    warm: str | None


class Lifted(TypedDict):
    """A batch, and the causes for which it still is in quarantine."""

    batch: str
    held: list[str]


class Released(TypedDict):
    """The batches that were held for a reading, and are not any more."""

    fridge: str
    number: int
    released: list[str]


def read_fridge(
    work: Work, fridge: str, celsius: float, time: str | None = None, *, sure: bool = False
) -> ReadAndHeld:
    """Record today's temperature of a refrigerator; out of 2 to 8 °C its batches are held.

    A batch of which nobody said where it lies may lie there too. Raises what `read` of the room
    `fridge` raises.
    """
    done = fridge_commands.read(work, fridge, celsius, time or None, sure=sure)
    held = [] if is_cold(celsius) else [row["batch"] for row in lying_in(work, fridge)]
    for number in held:
        batch = batch_of(work, number)
        batch.hold_of_fridge(work.today(), fridge, celsius, done["read_at"])
        work.save(batch)
    return {**done, "held": held}


def lying_in(work: Work, fridge: str) -> list[StockedBatch]:
    """Return the batches with doses left that lie in a refrigerator, or may."""
    return [row for row in stock(work) if row["left"] and row["fridge"] in (None, fridge)]


def store(work: Work, batch: str, fridge: str) -> Stored:
    """Say in which refrigerator a batch lies; in one that is too warm it is held. Raises `UnknownBatch`, `UnknownFridge`."""
    must_be_here(work, fridge)
    stocked = batch_of(work, batch)
    stocked.store(work.today(), fridge)
    for row in out_of_range(work, fridge):
        stocked.hold_as_it_came(work.today(), fridge, row["celsius"], row["read_at"])
    work.save(stocked)
    return {"batch": batch, "fridge": fridge, "warm": stocked.held.get("fridge")}


def release(work: Work, fridge: str, number: int, reason: str, decided_by: str) -> Released:
    """End the quarantine of all batches held for a reading that was withdrawn. Raises `NotWithdrawn`."""
    held = held_for(work, fridge, number)
    for each in held:
        lift(work, each, "fridge", reason, decided_by)
    return {"fridge": fridge, "number": number, "released": held}


def held_for(work: Work, fridge: str, number: int) -> list[str]:
    """Return the batches held for a reading that was withdrawn. Raises `NotWithdrawn`."""
    for row in mistaken(work):
        if (row["fridge"], row["number"]) == (fridge, number):
            return row["batches"]
    raise NotWithdrawn(fridge=fridge, number=number)


def lift(
    work: Work, batch: str, cause: str, reason: str, decided_by: str, times: int | None = None
) -> Lifted:
    """End a batch's quarantine of a cause. Raises `UnknownBatch`, `HeldAgain`."""
    stocked = batch_of(work, batch)
    stocked.lift(work.today(), cause, reason, decided_by, times)
    work.save(stocked)
    return {"batch": batch, "held": list(stocked.held)}
