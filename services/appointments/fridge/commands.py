"""Record a refrigerator's temperature, and take a wrong reading back."""

from __future__ import annotations

from datetime import datetime, time
from typing import TypedDict

from services.appointments.domain.fridge import Fridge
from services.appointments.fridge.queries import must_be_here
from shared.town.work import Work


class Read(TypedDict):
    """A reading as it is recorded; `read_at` is local time."""

    fridge: str
    number: int
    celsius: float
    read_at: str


def read(work: Work, fridge: str, celsius: float, at: str | None, *, sure: bool) -> Read:
    """Record today's temperature of a refrigerator, read now or earlier today.

    Raises `UnknownFridge`, `ReadLater`, and `ReadingUnlikely` unless `sure`.
    """
    must_be_here(work, fridge)
    now = work.now().replace(tzinfo=None)
    when = datetime.combine(now.date(), time.fromisoformat(at)) if at else now
    kept = work.begin(Fridge, Fridge.create_id(work.site, fridge))
    number = kept.read(work.site, fridge, celsius, when, now, sure=sure)
    work.save(kept)
    celsius, read_at = kept.readings[number]
    return {"fridge": fridge, "number": number, "celsius": celsius, "read_at": read_at}


def withdraw(work: Work, fridge: str, number: int, reason: str) -> Read:
    """Take a wrong reading back. Raises `UnknownFridge`, `UnknownReading`."""
    must_be_here(work, fridge)
    kept = work.begin(Fridge, Fridge.create_id(work.site, fridge))
    kept.withdraw(work.site, work.today(), fridge, number, reason)
    work.save(kept)
    celsius, read_at = kept.readings[number]
    return {"fridge": fridge, "number": number, "celsius": celsius, "read_at": read_at}
