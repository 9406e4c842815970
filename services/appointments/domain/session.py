"""A site's session: one day, in slots of limited capacity. The names are the storage format."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate, event

from services.appointments.domain.refusals import NoFreeSlot, NoSuchSlot
from shared.kit.dates import Slot

SESSIONS = UUID("7a4e7f0e-0a1d-5c9b-8b39-3d2e8f0a1c07")


class Session(Aggregate):
    """Holds places; never more than a slot has."""

    @event("SessionOpened")
    def __init__(self, site: str, day: date, product: str, slots: list[dict[str, Any]]) -> None:
        self.site, self.day, self.product = site, day, product
        self.capacity: dict[str, int] = {slot["time"]: slot["capacity"] for slot in slots}
        self.taken: dict[str, int] = {slot["time"]: 0 for slot in slots}

    @staticmethod
    def create_id(site: str, day: date) -> UUID:
        """One stream a site and day."""
        return uuid5(SESSIONS, f"{site}:{day}")

    def free(self, time: str) -> int:
        """Places left in a slot. Raises `NoSuchSlot`."""
        if time not in self.capacity:
            raise NoSuchSlot(where=Slot(self.day, time))
        return self.capacity[time] - self.taken[time]

    def take(self, time: str, resident: UUID, dose: int) -> None:
        """Hold a place. Raises `NoSuchSlot`, `NoFreeSlot`."""
        if self.free(time) <= 0:
            raise NoFreeSlot(next_free=[])
        self._on_taken(self.site, self.day, time, resident, dose)

    def release(self, time: str, resident: UUID, dose: int) -> None:
        """Give a held place back."""
        self._on_released(self.site, self.day, time, resident, dose)

    @event("SlotTaken")
    def _on_taken(self, site: str, day: date, time: str, resident: UUID, dose: int) -> None:
        self.taken[time] += 1

    @event("SlotReleased")
    def _on_released(self, site: str, day: date, time: str, resident: UUID, dose: int) -> None:
        self.taken[time] -= 1
