"""Histories of sources that operators accepted. The event and field names are the storage format."""

from __future__ import annotations

from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate, event

from services.supervision.domain.refusals import NotNextGeneration

HISTORIES = UUID("5f5d0a7e-6f0a-5c0e-9d3b-0c8f5a1e7b21")


class SourceHistory(Aggregate):
    """Which history of one source counts."""

    accepted: int

    @staticmethod
    def create_id(source: str) -> UUID:
        """One stream a source."""
        return uuid5(HISTORIES, source)

    def begin(self) -> None:
        """A source has one history, until it is set back."""
        self.accepted = 1

    def accept(
        self,
        source: str,
        generation: int,
        fork: int,
        after: int,
        *,
        link: str,
        lost: int,
        reason: str,
    ) -> None:
        """Let the next history of the source count; raise `NotNextGeneration`."""
        if generation != self.accepted + 1:
            raise NotNextGeneration(source=source, given=generation, wanted=self.accepted + 1)
        self._on_accepted(source, generation, fork, after, link, lost, reason)

    @event("SourceHistoryAccepted")
    def _on_accepted(
        self, source: str, generation: int, fork: int, after: int, link: str, lost: int, reason: str
    ) -> None:
        self.accepted = generation
