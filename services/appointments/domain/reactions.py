"""Reactions after doses (AEFI): one half of a course. The names are the storage format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate, event

from services.appointments.domain.reaction_refusals import (
    DoseAfterOnset,
    EndBeforeOnset,
    EndToCome,
    FoundBeforeOnset,
    FoundToCome,
    OnsetBeforeDose,
    OnsetToCome,
    ReportedUpToCome,
    ReportedUpTooEarly,
    UnknownReaction,
)
from services.appointments.domain.refusals import NothingToObserve
from shared.kit.dates import Slot

Told = Mapping[str, Any]
"""What a card says: fields of `AdverseEventReported` by their names, local times as text."""
SEVERITIES = ("mild", "severe", "disability", "death")
"""The worst last."""
CHANGING = (
    "severity",
    "admitted",
    "concern",
    "ended",
    "diagnosis",
    "course",
    "outcome",
    "classified",
)
"""What a follow-up may say anew."""


class Preceding(NamedTuple):
    """A dose given at the site: to which record, which, when (local time), of which batch."""

    resident: UUID
    dose: int
    day: date
    at: str
    batch: str


def dose_before(onset: str, given: Sequence[Preceding], wanted: int | None) -> Preceding:
    """Return the last dose before the onset, or the wanted one if it was given before it.

    Raises `NothingToObserve`, `OnsetBeforeDose`, `DoseAfterOnset`.
    """
    if not given:
        raise NothingToObserve
    before = [dose for dose in given if dose.at <= onset]
    if not before:
        raise OnsetBeforeDose(onset=moment(onset), first=moment(min(each.at for each in given)))
    chosen = [dose for dose in before if wanted in (None, dose.dose)]
    if not chosen:
        raise DoseAfterOnset(onset=moment(onset), dose=wanted)
    return max(chosen, key=lambda dose: dose.at)


def moment(local: str) -> Slot:
    """Return a local time to be said."""
    return Slot(date.fromisoformat(local[:10]), local[11:])


def check_times(onset: str, found: str, ended: str | None, now: str) -> None:
    """Refuse what cannot be.

    Raises `OnsetToCome`, `FoundBeforeOnset`, `FoundToCome`, `EndBeforeOnset`, `EndToCome`.
    """
    if onset > now:
        raise OnsetToCome(onset=moment(onset))
    if found < onset:
        raise FoundBeforeOnset(found=moment(found), onset=moment(onset))
    if found > now:
        raise FoundToCome(found=moment(found))
    check_end(onset, ended, now)


def check_end(onset: str | None, ended: str | None, now: str) -> None:
    """Refuse an end that cannot be. Raises `EndBeforeOnset`, `EndToCome`."""
    if ended is None:
        return
    if onset is not None and ended < onset:
        raise EndBeforeOnset(ended=moment(ended), onset=moment(onset))
    if ended > now:
        raise EndToCome(ended=moment(ended))


class Reactions(Aggregate):
    """The cards of a resident's reactions by their ids, as they are now."""

    reactions: dict[str, dict[str, Any]]

    def begin(self) -> None:
        """Nothing has happened after any dose."""
        self.reactions = {}

    def report(self, site: str, after: Preceding, told: Told) -> UUID:
        """Open a card; the caller has checked times and dose. Returns its id."""
        card = uuid5(self.id, f"reaction {len(self.reactions) + 1}")
        dose = after.resident, after.dose, after.day, after.batch
        self._on_reported(site, card, *dose, **told)
        return card

    def follow_up(self, site: str, card: UUID, told: Told, now: str) -> None:
        """Say more about a reaction; what is None stays, and nothing new changes nothing.

        Raises `UnknownReaction`, `EndBeforeOnset`, `EndToCome`.
        """
        known = self.card(card)
        check_end(known["onset"], told["ended"], now)
        new = {name: None if told[name] == known[name] else told[name] for name in CHANGING}
        if any(value is not None for value in new.values()):
            about = known["resident"], known["dose"], known["day"]
            self._on_followed_up(site, card, *about, **new)

    def report_up(
        self, site: str, card: UUID, at: str, to: str, number: str | None, now: str
    ) -> None:
        """A reaction was reported to the authorities; a repeat changes nothing.

        Raises `UnknownReaction`, `ReportedUpToCome`, `ReportedUpTooEarly`.
        """
        known = self.card(card)
        if at > now:
            raise ReportedUpToCome(at=moment(at))
        if (found := known["found"]) is not None and at < found:
            raise ReportedUpTooEarly(at=moment(at), found=moment(found))
        about = known["resident"], known["dose"], known["day"]
        self._on_reported_up(site, card, *about, at, to, number)

    def card(self, card: UUID) -> dict[str, Any]:
        """Return a card. Raises `UnknownReaction`."""
        known = self.reactions.get(str(card))
        if known is None:
            raise UnknownReaction
        return known

    @event("AdverseEventReported")
    def _on_reported(
        self,
        site: str,
        card: UUID,
        resident: UUID,
        dose: int,
        day: date,
        batch: str,
        onset: str | None,
        found: str | None,
        ended: str | None,
        signs: list[str],
        other: str | None,
        severity: str,
        admitted: bool,
        concern: bool,
        diagnosis: str | None,
        course: str | None,
        outcome: str,
        found_by: str,
        classified: str,
    ) -> None:
        about = {"resident": resident, "dose": dose, "day": day, "onset": onset, "found": found}
        self.reactions[str(card)] = about | {
            "severity": severity,
            "admitted": admitted,
            "concern": concern,
            "ended": ended,
            "diagnosis": diagnosis,
            "course": course,
            "outcome": outcome,
            "classified": classified,
        }

    @event("AdverseEventFollowedUp")
    def _on_followed_up(
        self,
        site: str,
        card: UUID,
        resident: UUID,
        dose: int,
        day: date,
        severity: str | None,
        admitted: bool | None,
        concern: bool | None,
        ended: str | None,
        diagnosis: str | None,
        course: str | None,
        outcome: str | None,
        classified: str | None,
    ) -> None:
        said = (severity, admitted, concern, ended, diagnosis, course, outcome, classified)
        new = dict(zip(CHANGING, said, strict=True))
        self.reactions[str(card)] |= {name: v for name, v in new.items() if v is not None}

    @event("AdverseEventReportedUp")
    def _on_reported_up(
        self,
        site: str,
        card: UUID,
        resident: UUID,
        dose: int,
        day: date,
        at: str,
        to: str,
        number: str | None,
    ) -> None:
        pass
