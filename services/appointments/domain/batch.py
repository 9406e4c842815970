"""A batch of vaccine at a site. The event and field names are the storage format."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate, event

from services.appointments.domain.refusals import (
    BatchDiffers,
    BatchEmpty,
    BatchExpired,
    BatchRecalled,
)

BATCHES = UUID("5f6a0f6e-3b0c-5d7e-9a38-2c1d7e9f0b06")


class Batch(Aggregate):
    """Doses received = used + wasted + left, always."""

    def is_as_received(self, product: str, doses: int, expiry: date) -> None:
        """Raise `BatchDiffers` unless these are the facts it was received with."""
        if (product, doses, expiry) != (self.product, self.received, self.expiry):
            raise BatchDiffers(batch=self.batch)

    @event("BatchReceived")
    def __init__(self, site: str, batch: str, product: str, doses: int, expiry: date) -> None:
        self.site, self.batch, self.product = site, batch, product
        self.received, self.expiry = doses, expiry
        self.used = self.wasted = 0
        self.recalled = False

    @staticmethod
    def create_id(site: str, batch: str) -> UUID:
        """One stream a site and batch number."""
        return uuid5(BATCHES, f"{site}:{batch}")

    @property
    def left(self) -> int:
        """Doses that can still be given or wasted."""
        return self.received - self.used - self.wasted

    def must_hold(self, doses: int) -> None:
        """Raise `BatchEmpty` when fewer doses are left."""
        if doses > self.left:
            raise BatchEmpty(batch=self.batch, left=self.left)

    def draw(self, resident: UUID, dose: int, day: date) -> None:
        """Take one dose out. Raises `BatchRecalled`, `BatchExpired`, `BatchEmpty`."""
        if self.recalled:
            raise BatchRecalled(batch=self.batch)
        if day > self.expiry:
            raise BatchExpired(batch=self.batch, expiry=self.expiry)
        if not self.left:
            raise BatchEmpty(batch=self.batch, left=0)
        self._on_drawn(self.site, self.batch, resident, dose)

    def waste(self, doses: int, reason: str) -> None:
        """Write doses off. Raises `BatchEmpty` when fewer are left."""
        self.must_hold(doses)
        self._on_wasted(self.site, self.batch, doses, reason)

    def recall(self, reason: str) -> None:
        """Stop the batch from being used; a repeat changes nothing."""
        if not self.recalled:
            self._on_recalled(self.site, self.batch, reason)

    @event("DoseDrawn")
    def _on_drawn(self, site: str, batch: str, resident: UUID, dose: int) -> None:
        self.used += 1

    @event("DosesWasted")
    def _on_wasted(self, site: str, batch: str, doses: int, reason: str) -> None:
        self.wasted += doses

    @event("BatchRecalled")
    def _on_recalled(self, site: str, batch: str, reason: str) -> None:
        self.recalled = True
