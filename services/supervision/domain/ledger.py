"""The ledger's hash chain and checkpoints. The event and field names are the storage format."""

from __future__ import annotations

import hashlib
from uuid import UUID

from eventsourcing.domain import Aggregate, event

LEDGER = UUID("b7f6f7a0-7a11-5d1c-9a54-8e0b4f0e7d03")
BEGINNING = "0" * 64


def chained(previous: str, source: str, position: int, body: bytes) -> str:
    """Return the hash of an entry: SHA-256 (hex) over the previous one and all it stands for."""
    place = f"{previous}\n{source}\n{position}\n".encode()
    return hashlib.sha256(place + body).hexdigest()


class Ledger(Aggregate):
    """The checkpoints of the one ledger."""

    entries: int
    head: str

    @staticmethod
    def create_id() -> UUID:
        """There is one ledger."""
        return LEDGER

    def begin(self) -> None:
        """Nothing is checkpointed yet."""
        self.entries, self.head = 0, BEGINNING

    def checkpoint(self, entries: int, head: str, positions: dict[str, int]) -> None:
        """Say how far the ledger reaches; the same state again changes nothing."""
        if (entries, head) != (self.entries, self.head):
            self._on_checkpointed(entries, head, positions)

    @event("LedgerCheckpointed")
    def _on_checkpointed(self, entries: int, head: str, positions: dict[str, int]) -> None:
        self.entries, self.head = entries, head
