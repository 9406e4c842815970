"""Two records that may be of one person. The event and field names are the storage format."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal
from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate, event

from services.registration.domain.match_refusals import NothingDecided, SameRecord

Decision = Literal["dismissed", "postponed", "open"]
PAIRS = UUID("b7a4c1d2-9e35-5f08-8a6b-1c2d3e4f5a06")


class Pair(Aggregate):
    """What has been found and decided of two records; `state` is "", open, dismissed or postponed.

    That two records *are* of one person is no state of the pair: it is a `Link`.
    """

    state: str
    until: date | None

    @staticmethod
    def create_id(resident: UUID, other: UUID) -> UUID:
        """One stream a pair, whichever of the two is named first."""
        first, second = sorted((str(resident), str(other)))
        return uuid5(PAIRS, f"{first}:{second}")

    def begin(self) -> None:
        """Nothing is known of the two."""
        self.state, self.until = "", None

    def find(
        self,
        resident: UUID,
        other: UUID,
        score: float,
        reasons: Sequence[str],
        against: Sequence[str] = (),
    ) -> bool:
        """The two look alike; False when that is known, or decided. Raises `SameRecord`."""
        if resident == other:
            raise SameRecord
        if self.state:
            return False
        self._on_found(resident, other, score, list(reasons), list(against))
        return True

    def decide(
        self, resident: UUID, other: UUID, decision: Decision, until: date | None = None
    ) -> bool:
        """They are two people, or nobody can tell yet, or it is to be asked again; False if so.

        Raises `NothingDecided` for asking again what was never asked, and `SameRecord`.
        """
        if decision == "open" and not self.state:
            raise NothingDecided
        if resident == other:
            raise SameRecord
        if (self.state, self.until) == (decision, until):
            return False
        if decision == "dismissed":
            self._on_dismissed(resident, other)
        elif decision == "postponed":
            self._on_postponed(resident, other, until)
        else:
            self._on_reopened(resident, other)
        return True

    @event("CloseMatchFound")
    def _on_found(
        self, resident: UUID, other: UUID, score: float, reasons: list[str], against: list[str]
    ) -> None:
        self.state = "open"

    @event("CloseMatchDismissed")
    def _on_dismissed(self, resident: UUID, other: UUID) -> None:
        self.state, self.until = "dismissed", None

    @event("CloseMatchPostponed")
    def _on_postponed(self, resident: UUID, other: UUID, until: date | None) -> None:
        self.state, self.until = "postponed", until

    @event("CloseMatchReopened")
    def _on_reopened(self, resident: UUID, other: UUID) -> None:
        self.state, self.until = "open", None
