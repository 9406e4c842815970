"""The keys of one part, one after the other. The event and field names are the storage format."""

from __future__ import annotations

from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate, event

PARTS = UUID("6f3f0c52-0a3e-5a0e-9d1c-5f1b7f0f2a07")


class KeysOfPart(Aggregate):
    """Which key of a part counts, and which did."""

    sign: str
    retired: list[str]

    @staticmethod
    def create_id(part: str) -> UUID:
        """One stream a part, or the operator."""
        return uuid5(PARTS, part)

    def begin(self) -> None:
        """No key is published yet."""
        self.sign, self.retired = "", []

    def publish(self, part: str, sign: str, exchange: str, proof: str) -> None:
        """Let this key count and no other; once more changes nothing."""
        before = self.sign
        if sign == before:
            return
        self._on_published(part, sign, exchange, proof)
        if before:
            self._on_retired(part, before)

    @event("PartKeyPublished")
    def _on_published(self, part: str, sign: str, exchange: str, proof: str) -> None:
        self.sign = sign

    @event("PartKeyRetired")
    def _on_retired(self, part: str, sign: str) -> None:
        self.retired.append(sign)
