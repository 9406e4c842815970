"""A site's syringes. The event and field names are the storage format."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate, event

from services.appointments.domain.syringe_refusals import (
    SyringeCountUnexplained,
    SyringeNoteDiffers,
    SyringesShort,
    SyringesUsedMeanwhile,
)
from shared.town.batch_numbers import plain_note

SYRINGES = UUID("7a4f0f5e-52c1-5b3e-9b7d-61e0a8c4d952")


class Syringes(Aggregate):
    """Syringes received = used + wasted + lost + left, always; one is used for each dose.

    How many were used, whoever asks tells: the doses are other aggregates'.
    """

    received: int
    wasted: int
    lost: int
    notes: dict[str, int]

    @staticmethod
    def create_id(site: str) -> UUID:
        """One stream a site."""
        return uuid5(SYRINGES, site)

    def begin(self) -> None:
        """Nothing has come."""
        self.received = self.wasted = self.lost = 0
        self.notes = {}

    def left(self, used: int) -> int:
        """Syringes left by the books; below zero where doses were given before any came."""
        return self.received - used - self.wasted - self.lost

    def already(self, note: str | None) -> int | None:
        """Return how many a note was recorded with, however it is typed; None: it was not."""
        if note is None:
            return None
        wanted = plain_note(note)
        return next((n for key, n in self.notes.items() if plain_note(key) == wanted), None)

    def receive(self, site: str, day: date, syringes: int, note: str | None) -> None:
        """Take a delivery in, one of a note's number once. Raises `SyringeNoteDiffers`."""
        known = self.already(note)
        if known is not None and known != syringes:
            raise SyringeNoteDiffers(note=note, syringes=known)
        if known is None:
            self._on_received(site, day, syringes, note)

    def waste(
        self, site: str, day: date, syringes: int, reason: str, note: str | None, used: int
    ) -> None:
        """Write syringes off. Raises `SyringesShort`."""
        if syringes > self.left(used):
            raise SyringesShort(left=self.left(used))
        self._on_wasted(site, day, syringes, reason, note)

    def count(
        self,
        site: str,
        day: date,
        counted: int,
        explanation: str | None,
        expected: int | None,
        used: int,
    ) -> None:
        """Let the books follow a count; a difference is explained.

        `expected`: what the books had when it was counted. Raises `SyringesUsedMeanwhile`,
        `SyringeCountUnexplained`.
        """
        left = self.left(used)
        if expected is not None and expected != left:
            raise SyringesUsedMeanwhile(expected=expected, left=left)
        if counted != left and not explanation:
            raise SyringeCountUnexplained(counted=counted, left=left)
        self._on_counted(site, day, counted, left, explanation)

    @event("SyringesReceived")
    def _on_received(self, site: str, day: date, syringes: int, note: str | None) -> None:
        self.received += syringes
        if note is not None:
            self.notes[note] = syringes

    @event("SyringesWasted")
    def _on_wasted(
        self, site: str, day: date, syringes: int, reason: str, note: str | None
    ) -> None:
        self.wasted += syringes

    @event("SyringesCounted")
    def _on_counted(
        self, site: str, day: date, counted: int, expected: int, explanation: str | None
    ) -> None:
        self.lost += expected - counted
