"""One attempt to reach a resident and the answer it may bring: plain values, no events."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.registration.domain.belonging_refusals import UnknownSite
from services.registration.domain.contact_refusals import (
    FIELDS,
    BadNextDay,
    MissingInContact,
    WrongInContact,
)
from services.registration.domain.refusals import UnknownReason, WeekOutsideCampaign
from shared.kit.dates import Week

DECLINE_REASONS = ("safety_worry", "no_time", "health", "other")
# What the outcome has to say besides, and may say besides.
NEEDS = {"willing": "wished_week", "refused": "reason"}
BELONGS = {"willing": ("wished_week", "wished_site"), "refused": ("reason",)}


@dataclass(frozen=True, slots=True)
class Frame:
    """What the campaign allows: weeks with first doses (R05), sites (R17), days to call again.

    `youngest` is the age from which on somebody may consent (R07).
    """

    weeks: Sequence[str]
    sites: Collection[str]
    today: date
    end: date
    youngest: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a resident answered, as it stands; without a wished site, where the unit is docked."""

    answer: str = "none"
    wished_week: str | None = None
    wished_site: str | None = None
    reason: str | None = None

    def check(self, weeks: Sequence[str], sites: Collection[str]) -> None:
        """Raise `WeekOutsideCampaign`, `UnknownSite` or `UnknownReason`."""
        if self.answer == "decline" and self.reason not in DECLINE_REASONS:
            raise UnknownReason(reason=self.reason or "", known=list(DECLINE_REASONS))
        if self.answer == "consent" and self.wished_week not in weeks:
            week, first, last = map(Week, (self.wished_week or "", weeks[0], weeks[-1]))
            raise WeekOutsideCampaign(week=week, first=first, last=last)
        if self.wished_site is not None and self.wished_site not in sites:
            raise UnknownSite(site=self.wished_site, known=[*sites])


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody tried to reach a resident: how, what came of it, when to try again."""

    contact: UUID
    channel: str
    outcome: str
    next_day: date | None = None
    wished_week: str | None = None
    wished_site: str | None = None
    reason: str | None = None

    def answer(self) -> Answer | None:
        """Return the answer it brought, if it brought one."""
        if self.outcome == "willing" and self.wished_week is not None:
            return Answer("consent", self.wished_week, self.wished_site)
        if self.outcome == "refused" and self.reason is not None:
            return Answer("decline", reason=self.reason)
        return None

    def check(self, frame: Frame) -> None:
        """Raise `MissingInContact`, `WrongInContact`, `BadNextDay`, or what `Answer.check` does."""
        needed = NEEDS.get(self.outcome)
        if needed is not None and getattr(self, needed) is None:
            raise MissingInContact(outcome=self.outcome, field=needed, what=FIELDS[needed])
        for name in FIELDS:
            if getattr(self, name) is not None and name not in BELONGS.get(self.outcome, ()):
                raise WrongInContact(outcome=self.outcome, field=name, what=FIELDS[name])
        if self.next_day is not None and not frame.today <= self.next_day <= frame.end:
            raise BadNextDay(day=self.next_day, first=frame.today, last=frame.end)
        if (answer := self.answer()) is not None:
            answer.check(frame.weeks, frame.sites)


@dataclass(frozen=True, slots=True)
class Undoable:
    """A contact that has not been undone: the answer before it, and the one it brought.

    `outdated`: another answer has come since in another way, so undoing leaves it alone.
    """

    contact: UUID
    before: Answer
    brought: Answer | None
    outdated: bool = False

    def restores(self, now: Answer) -> bool:
        """Tell whether undoing it brings back the answer of before."""
        changed = self.brought is not None and self.brought != self.before
        return changed and not self.outdated and self.brought == now
