"""A recall at all sites. The event and field names are the storage format."""

from __future__ import annotations

from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate, event

RECALLS = UUID("8d1f7c52-4b0e-5a36-9c41-77e0a2d3b915")


class Recall(Aggregate):
    """One batch of a product that no site may give any more."""

    ordered: bool

    @staticmethod
    def create_id(batch: str, product: str) -> UUID:
        """One stream a batch of a product."""
        return uuid5(RECALLS, f"{product}:{batch}")

    def begin(self) -> None:
        """Nothing is ordered back."""
        self.ordered = False

    def order(self, batch: str, product: str, reason: str) -> None:
        """Order the batch back; a repeat changes nothing."""
        if not self.ordered:
            self._on_ordered(batch, product, reason)

    @event("RecallOrdered")
    def _on_ordered(self, batch: str, product: str, reason: str) -> None:
        self.ordered = True
