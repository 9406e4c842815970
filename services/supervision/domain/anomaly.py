"""Anomalies: what does not add up. The event and field names are the storage format."""

from __future__ import annotations

from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate, event

ANOMALIES = UUID("c1d8c0a6-6d0e-5b52-8f5a-2f8a3b1e4f04")


class Anomaly(Aggregate):
    """One thing that does not add up; flagged once."""

    flagged: bool

    @staticmethod
    def create_id(kind: str, subject: str) -> UUID:
        """One stream a kind and subject, such as report_differs of 2024-W14."""
        return uuid5(ANOMALIES, f"{kind}:{subject}")

    def begin(self) -> None:
        """Nobody has noticed anything yet."""
        self.flagged = False

    def flag(self, kind: str, subject: str, detail: str) -> None:
        """Tell people; a repeat changes nothing."""
        if not self.flagged:
            self._on_flagged(kind, subject, detail)

    @event("AnomalyFlagged")
    def _on_flagged(self, kind: str, subject: str, detail: str) -> None:
        self.flagged = True
