"""A resident's screenings. The event and field names are the storage format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal
from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate, event

from services.screening.domain.refusals import (
    DeferralHasNoEnd,
    DeferralStands,
    FindingStands,
    NotCleared,
    NothingProposed,
    NothingToLift,
    SamePerson,
)
from services.screening.domain.rules import Outcome

Status = Literal["unscreened", "cleared", "deferred", "contraindicated", "withdrawn", "lifted"]
SCREENINGS = UUID("8f0d4d51-52a9-5f0a-9d1e-6f1c8a9b7c01")


@dataclass(frozen=True, slots=True)
class Screened:
    """Where, when, by which version of the rules and for which dose somebody was screened.

    `temperature` in °C, None where nobody was asked; `yes`: what was answered so; `read_out`: what
    was left was answered no by one key, after it was read out.
    """

    site: str
    day: date
    rules: str
    dose: int | None = None
    temperature: float | None = None
    yes: tuple[str, ...] = ()
    read_out: bool = False


class Screening(Aggregate):
    """What screening has found about one resident so far: the latest outcome counts."""

    outcome: Status
    day: date | None
    site: str
    dose: int | None
    reasons: list[str]
    until: date | None
    lasting: bool
    proposed_by: str | None

    @staticmethod
    def create_id(resident: UUID) -> UUID:
        """One stream a resident."""
        return uuid5(SCREENINGS, str(resident))

    def begin(self) -> None:
        """Nobody has been screened yet."""
        self.site, self.dose = "", None
        self._now_stands("unscreened", None)

    def record(
        self,
        resident: UUID,
        outcome: Outcome,
        screened: Screened,
        *,
        clearance_days: int,
        called: Callable[[str], object] = str,
    ) -> None:
        """Record an outcome; the same outcome again on the same day changes nothing.

        A clearance is for one dose and holds for `clearance_days`, the day itself included.
        What lasts and what is deferred to a later day is no answer's to change: raises
        `FindingStands`, `DeferralStands`, `DeferralHasNoEnd` until it is lifted, with its reasons
        as they are `called`.
        """
        reasons, day = list(outcome.reasons), screened.day
        before = self.outcome, self.reasons, self.day, self.dose
        if (outcome.kind, reasons, day, screened.dose) == before:
            return
        self._must_be_open(day, [called(reason) for reason in self.reasons])
        about = resident, screened.site, day, screened.rules
        told = screened.dose, screened.temperature, list(screened.yes), screened.read_out
        if outcome.kind == "cleared":
            valid_until = day + timedelta(days=clearance_days - 1)
            self._on_cleared(*about, *told, valid_until)
        elif outcome.kind == "deferred":
            self._on_deferred(*about, *told, outcome.until, reasons)
        else:
            self._on_contraindication_found(*about, *told, reasons, outcome.lasting)

    def _must_be_open(self, day: date, found: list[object]) -> None:
        if self.outcome == "contraindicated" and self.lasting:
            raise FindingStands(found=found)
        if self.outcome == "deferred" and self.until is None:
            raise DeferralHasNoEnd(found=found)
        if self.outcome == "deferred" and self.until is not None and self.until > day:
            raise DeferralStands(until=self.until, found=found)

    def forbid(self, resident: UUID, reason: str, screened: Screened) -> None:
        """Find a lasting contraindication without asking anybody; a known one changes nothing."""
        if self.outcome == "contraindicated" and reason in self.reasons:
            return
        about = resident, screened.site, screened.day, screened.rules
        kept = self.reasons if self.outcome == "contraindicated" and self.lasting else []
        told = screened.dose, None, list[str](), False
        self._on_contraindication_found(*about, *told, [*kept, reason], True)

    def withdraw(self, resident: UUID, *, day: date, rules: str, reason: str) -> None:
        """Take a clearance back; a repeat changes nothing. Raises `NotCleared` without one."""
        if self.outcome == "withdrawn":
            return
        if self.outcome != "cleared":
            raise NotCleared
        self._on_withdrawn(resident, self.site, day, rules, reason)

    # What was found is taken back: deferred by one, contraindicated by two

    def lift(self, resident: UUID, *, day: date, rules: str, reason: str) -> None:
        """End a deferral early; a repeat changes nothing. Raises `NothingToLift`."""
        if self.outcome == "lifted":
            return
        if self.outcome != "deferred":
            raise NothingToLift
        self._on_lifted(resident, self.site, day, rules, self.outcome, self.reasons, reason, None)

    def propose_lift(self, resident: UUID, *, day: date, rules: str, reason: str, by: str) -> None:
        """Propose to take a contraindication back; a repeat by the same person changes nothing.

        Raises `NothingToLift`.
        """
        if self.outcome != "contraindicated":
            raise NothingToLift
        if self.proposed_by != by:
            self._on_proposed(resident, self.site, day, rules, self.reasons, reason, by)

    def agree_to_lift(self, resident: UUID, *, day: date, rules: str, by: str) -> None:
        """Take a contraindication back that somebody else proposed to; a repeat changes nothing.

        Raises `NothingProposed`, `SamePerson`.
        """
        if self.outcome == "lifted":
            return
        self._must_be_another(by)
        told = self.outcome, self.reasons, self._why, self.proposed_by
        self._on_lifted(resident, self.site, day, rules, *told)

    def decline_to_lift(
        self, resident: UUID, *, day: date, rules: str, reason: str, by: str
    ) -> None:
        """Leave a contraindication as it is; whoever proposed may give it up too.

        Raises `NothingProposed`.
        """
        if self.proposed_by is None:
            raise NothingProposed
        self._on_declined(resident, self.site, day, rules, reason, by)

    def _must_be_another(self, by: str) -> None:
        if self.outcome != "contraindicated" or self.proposed_by is None:
            raise NothingProposed
        if self.proposed_by == by:
            raise SamePerson

    # What happened

    @event("ResidentCleared")
    def _on_cleared(
        self,
        resident: UUID,
        site: str,
        day: date,
        rules: str,
        dose: int | None,
        temperature: float | None,
        yes: list[str],
        read_out: bool,
        valid_until: date,
    ) -> None:
        self.site, self.dose = site, dose
        self._now_stands("cleared", day, until=valid_until)

    @event("ResidentDeferred")
    def _on_deferred(
        self,
        resident: UUID,
        site: str,
        day: date,
        rules: str,
        dose: int | None,
        temperature: float | None,
        yes: list[str],
        read_out: bool,
        until: date | None,
        reasons: list[str],
    ) -> None:
        self.site, self.dose = site, dose
        self._now_stands("deferred", day, reasons, until)

    @event("ContraindicationFound")
    def _on_contraindication_found(
        self,
        resident: UUID,
        site: str,
        day: date,
        rules: str,
        dose: int | None,
        temperature: float | None,
        yes: list[str],
        read_out: bool,
        reasons: list[str],
        lasting: bool,
    ) -> None:
        self.site, self.dose = site, dose
        self._now_stands("contraindicated", day, reasons, lasting=lasting)

    @event("ClearanceWithdrawn")
    def _on_withdrawn(self, resident: UUID, site: str, day: date, rules: str, reason: str) -> None:
        self._now_stands("withdrawn", day)

    @event("LiftProposed")
    def _on_proposed(
        self,
        resident: UUID,
        site: str,
        day: date,
        rules: str,
        reasons: list[str],
        reason: str,
        by: str,
    ) -> None:
        self.proposed_by, self._why = by, reason

    @event("LiftDeclined")
    def _on_declined(
        self, resident: UUID, site: str, day: date, rules: str, reason: str, by: str
    ) -> None:
        self.proposed_by = None

    @event("FindingLifted")
    def _on_lifted(
        self,
        resident: UUID,
        site: str,
        day: date,
        rules: str,
        finding: str,
        reasons: list[str],
        reason: str,
        proposed_by: str | None,
    ) -> None:
        self._now_stands("lifted", day)

    def _now_stands(
        self,
        outcome: Status,
        day: date | None,
        reasons: list[str] | None = None,
        until: date | None = None,
        *,
        lasting: bool = False,
    ) -> None:
        self.outcome, self.day, self.reasons = outcome, day, reasons or []
        self.until, self.lasting = until, lasting
        self.proposed_by, self._why = None, ""
