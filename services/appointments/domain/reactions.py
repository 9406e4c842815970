"""Reactions after doses (AEFI): which dose they follow, and the cards a course keeps of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID, uuid5

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


@dataclass
class Cards:
    """The cards of a person's reactions by their ids, as they are now.

    It decides what may be said; the course that holds it says so, and tells it what has happened.
    """

    _cards: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])

    def next_id(self, course: UUID) -> UUID:
        """The id of a course's next card."""
        return uuid5(course, f"reaction {len(self._cards) + 1}")

    def about(self, card: UUID) -> tuple[UUID, int, date]:
        """Whom and which dose a card is about: record, number, day. Raises `UnknownReaction`."""
        known = self._card(card)
        return known["resident"], known["dose"], known["day"]

    def news(self, card: UUID, told: Told, now: str) -> dict[str, Any] | None:
        """What of a follow-up the card does not say yet, the rest as None; None if it says all.

        Raises `UnknownReaction`, `EndBeforeOnset`, `EndToCome`.
        """
        known = self._card(card)
        check_end(known["onset"], told["ended"], now)
        new = {name: None if told[name] == known[name] else told[name] for name in CHANGING}
        return new if any(value is not None for value in new.values()) else None

    def check_report(self, card: UUID, at: str, now: str) -> None:
        """Refuse a time of a report to the authorities that cannot be.

        Raises `UnknownReaction`, `ReportedUpToCome`, `ReportedUpTooEarly`.
        """
        known = self._card(card)
        if at > now:
            raise ReportedUpToCome(at=moment(at))
        if (found := known["found"]) is not None and at < found:
            raise ReportedUpTooEarly(at=moment(at), found=moment(found))

    def _card(self, card: UUID) -> dict[str, Any]:
        known = self._cards.get(str(card))
        if known is None:
            raise UnknownReaction
        return known

    # What happened

    def opened(self, card: UUID, about: dict[str, Any], *said: Any) -> None:
        """A card was opened: what it is about, and what is `CHANGING`, in this order."""
        self._cards[str(card)] = about | dict(zip(CHANGING, said, strict=True))

    def added(self, card: UUID, *new: Any) -> None:
        """It was told what is `CHANGING`, in this order; None: as it was."""
        said = zip(CHANGING, new, strict=True)
        self._cards[str(card)] |= {name: value for name, value in said if value is not None}
