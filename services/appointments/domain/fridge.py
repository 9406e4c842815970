"""A refrigerator for vaccine and its readings. The event and field names are the storage format."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate, event

from services.appointments.domain.fridge_refusals import ReadingUnlikely, ReadLater, UnknownReading

FRIDGES = UUID("c5c3a3c4-6a0b-5c1d-8a0e-4b9f2f6f7d21")
LIKELY = (-10.0, 20.0)
"""What is beyond is asked about: the door plate says 4, the freezer −20, a room 25."""
_MINUTES = "%Y-%m-%dT%H:%M"


class Fridge(Aggregate):
    """All readings of one refrigerator by their numbers, those withdrawn too."""

    readings: dict[int, tuple[float, str]]
    withdrawn: list[int]

    @staticmethod
    def create_id(site: str, fridge: str) -> UUID:
        """One stream a site and refrigerator."""
        return uuid5(FRIDGES, f"{site}:{fridge}")

    def begin(self) -> None:
        """Never read."""
        self.readings = {}
        self.withdrawn = []

    def read(
        self, site: str, fridge: str, celsius: float, at: datetime, now: datetime, *, sure: bool
    ) -> int:
        """Record a reading and return its number; the same one once more changes nothing.

        Raises `ReadLater`, and `ReadingUnlikely` unless whoever reads is `sure`.
        """
        if at > now:
            raise ReadLater(time=f"{at:%H:%M}")
        if not (LIKELY[0] <= celsius <= LIKELY[1] or sure):
            raise ReadingUnlikely(celsius=f"{celsius:g}")
        said = celsius, at.strftime(_MINUTES)
        for number, known in self.readings.items():
            if known == said and number not in self.withdrawn:
                return number
        number = len(self.readings) + 1
        self._on_read(site, at.date(), fridge, number, celsius, said[1])
        return number

    def withdraw(self, site: str, day: date, fridge: str, number: int, reason: str) -> None:
        """Take a wrong reading back; a repeat changes nothing. Raises `UnknownReading`."""
        if number not in self.readings:
            raise UnknownReading(fridge=fridge, number=number)
        if number not in self.withdrawn:
            self._on_withdrawn(site, day, fridge, number, reason)

    @event("FridgeRead")
    def _on_read(
        self, site: str, day: date, fridge: str, number: int, celsius: float, read_at: str
    ) -> None:
        self.readings[number] = (celsius, read_at)

    @event("FridgeReadingWithdrawn")
    def _on_withdrawn(self, site: str, day: date, fridge: str, number: int, reason: str) -> None:
        self.withdrawn.append(number)
