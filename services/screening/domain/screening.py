"""A resident's screenings. The event and field names are the storage format."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal
from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate, event

from services.screening.domain.refusals import NotCleared
from services.screening.domain.rules import RULES, Outcome

Status = Literal["unscreened", "cleared", "deferred", "contraindicated", "withdrawn"]
SCREENINGS = UUID("8f0d4d51-52a9-5f0a-9d1e-6f1c8a9b7c01")


class Screening(Aggregate):
    """What screening has found about one resident so far: the latest outcome counts."""

    outcome: Status
    day: date | None
    site: str
    reasons: list[str]
    until: date | None

    @staticmethod
    def create_id(resident: UUID) -> UUID:
        """One stream a resident."""
        return uuid5(SCREENINGS, str(resident))

    def begin(self) -> None:
        """Nobody has been screened yet."""
        self._now_stands("unscreened", None, "", [], None)

    def record(
        self, resident: UUID, outcome: Outcome, *, site: str, day: date, clearance_days: int
    ) -> None:
        """Record an outcome; the same outcome again on the same day changes nothing.

        A clearance holds for `clearance_days`, the day itself included.
        """
        reasons = list(outcome.reasons)
        if (outcome.kind, reasons, day) == (self.outcome, self.reasons, self.day):
            return
        if outcome.kind == "cleared":
            valid_until = day + timedelta(days=clearance_days - 1)
            self._on_cleared(resident, site, day, RULES, valid_until)
        elif outcome.kind == "deferred":
            assert outcome.until is not None
            self._on_deferred(resident, site, day, RULES, outcome.until, reasons)
        else:
            self._on_contraindication_found(resident, site, day, RULES, reasons)

    def withdraw(self, resident: UUID, *, day: date, reason: str) -> None:
        """Take a clearance back; a repeat changes nothing. Raises `NotCleared` without one."""
        if self.outcome == "withdrawn":
            return
        if self.outcome != "cleared":
            raise NotCleared
        self._on_withdrawn(resident, self.site, day, RULES, reason)

    @event("ResidentCleared")
    def _on_cleared(
        self, resident: UUID, site: str, day: date, rules: str, valid_until: date
    ) -> None:
        self._now_stands("cleared", day, site, [], valid_until)

    @event("ResidentDeferred")
    def _on_deferred(
        self, resident: UUID, site: str, day: date, rules: str, until: date, reasons: list[str]
    ) -> None:
        self._now_stands("deferred", day, site, reasons, until)

    @event("ContraindicationFound")
    def _on_contraindication_found(
        self, resident: UUID, site: str, day: date, rules: str, reasons: list[str]
    ) -> None:
        self._now_stands("contraindicated", day, site, reasons, None)

    @event("ClearanceWithdrawn")
    def _on_withdrawn(self, resident: UUID, site: str, day: date, rules: str, reason: str) -> None:
        self._now_stands("withdrawn", day, site, [], None)

    def _now_stands(
        self, outcome: Status, day: date | None, site: str, reasons: list[str], until: date | None
    ) -> None:
        self.outcome, self.day, self.site = outcome, day, site
        self.reasons, self.until = reasons, until
