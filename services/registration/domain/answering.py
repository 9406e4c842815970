"""What a resident answers, and who asked. The event and field names are the storage format."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from datetime import date
from uuid import UUID

from eventsourcing.domain import Aggregate, event

from services.registration.domain.contact import Answer, Contact, Frame, Undoable
from services.registration.domain.contact_refusals import (
    ContactKnown,
    NotLatestContact,
    UnknownContact,
)
from services.registration.domain.refusals import UnderAge


class Answering(Aggregate):
    """The half of a resident that answers (R21) and is called or visited (R16).

    `superseded` tells a decision that the answer of a linked record, which is of the same person,
    has come after this record's own: then the same answer once more is a new one (R16).
    """

    birth_date: date

    def _nothing_answered(self) -> None:
        """The state in which a resident is registered."""
        self.answer = "none"
        self.wished_week: str | None = None
        self.wished_site: str | None = None
        self.decline_reason: str | None = None
        self.contacts: dict[UUID, Contact] = {}  # all, those undone included
        self.undoable: tuple[Undoable, ...] = ()

    def _is_not_erased(self) -> None:
        """Raise `Erased` for whom nothing new begins."""
        raise NotImplementedError

    def _is_of_age(self, answer: Answer, youngest: int) -> None:
        """Raise `UnderAge` for a consent of who is too young through the whole wished week (R07)."""
        if answer.wished_week is None:
            return
        year, week = map(int, answer.wished_week.split("-W"))
        last = date.fromisocalendar(year, week, 7)
        had_birthday = (last.month, last.day) >= (self.birth_date.month, self.birth_date.day)
        if last.year - self.birth_date.year - (not had_birthday) < youngest:
            raise UnderAge(youngest=youngest)

    def answered(self) -> Answer:
        """Return the answer as it stands."""
        return Answer(self.answer, self.wished_week, self.wished_site, self.decline_reason)

    def give_consent(
        self,
        wished_week: str,
        *,
        superseded: bool,
        weeks: Sequence[str],
        wished_site: str | None = None,
        sites: Collection[str] = (),
        youngest: int = 0,
    ) -> bool:
        """Consent to be vaccinated, if possible in `wished_week`; False when already so.

        `weeks` are those with first doses (R05), `sites` the campaign's, `youngest` the age from
        which on somebody may (R07). Raises `Erased`, `WeekOutsideCampaign`, `UnknownSite`,
        `UnderAge`.
        """
        self._is_not_erased()
        answer = Answer("consent", wished_week, wished_site)
        answer.check(weeks, sites)
        self._is_of_age(answer, youngest)
        return self._take(answer, superseded)

    def decline(self, reason: str, *, superseded: bool) -> bool:
        """Decline for now, consent may still follow; False when already so.

        Raises `UnknownReason`, `Erased`.
        """
        self._is_not_erased()
        answer = Answer("decline", reason=reason)
        answer.check((), ())
        return self._take(answer, superseded)

    def record_contact(self, contact: Contact, frame: Frame, *, superseded: bool) -> bool:
        """Somebody tried to reach the resident, who may have answered; False when known (R16).

        Raises `Erased`, `ContactKnown`, `UnderAge`, and what `Contact.check` raises.
        """
        if (known := self.contacts.get(contact.contact)) is not None:
            if known != contact:
                raise ContactKnown
            return False
        self._is_not_erased()
        contact.check(frame)
        if (answer := contact.answer()) is not None:
            self._is_of_age(answer, frame.youngest)
        self._on_contact_attempted(resident=self.id, **asdict(contact))
        if answer is not None:
            self._take(answer, superseded)
        return True

    def undo_contact(self, contact: UUID) -> bool:
        """Take a mis-tap back, with the answer it brought; False when it is undone already.

        Raises `UnknownContact`, `NotLatestContact`.
        """
        if contact not in self.contacts:
            raise UnknownContact
        if all(each.contact != contact for each in self.undoable):
            return False
        latest = self.undoable[-1]
        if latest.contact != contact:
            raise NotLatestContact
        self._on_contact_undone(resident=self.id, contact=contact)
        if latest.restores(self.answered()):
            self._on_answer_taken_back(resident=self.id, **asdict(latest.before))
        return True

    def _take(self, answer: Answer, superseded: bool) -> bool:
        if answer == self.answered() and not superseded:
            return False
        if answer.answer == "consent":
            self._on_consent_given(
                resident=self.id, wished_week=answer.wished_week, wished_site=answer.wished_site
            )
        else:
            self._on_vaccination_declined(resident=self.id, reason=answer.reason)
        return True

    @event("ConsentGiven")
    def _on_consent_given(
        self, *, resident: UUID, wished_week: str | None, wished_site: str | None
    ) -> None:
        self._assign(Answer("consent", wished_week, wished_site))
        self._outdate()

    @event("VaccinationDeclined")
    def _on_vaccination_declined(self, *, resident: UUID, reason: str | None) -> None:
        self._assign(Answer("decline", reason=reason))
        self._outdate()

    @event("AnswerTakenBack")
    def _on_answer_taken_back(
        self,
        *,
        resident: UUID,
        answer: str,
        wished_week: str | None,
        wished_site: str | None,
        reason: str | None,
    ) -> None:
        self._assign(Answer(answer, wished_week, wished_site, reason))

    @event("ContactAttempted")
    def _on_contact_attempted(
        self,
        *,
        resident: UUID,
        contact: UUID,
        channel: str,
        outcome: str,
        next_day: date | None,
        wished_week: str | None,
        wished_site: str | None,
        reason: str | None,
    ) -> None:
        made = Contact(contact, channel, outcome, next_day, wished_week, wished_site, reason)
        self.contacts[contact] = made
        self.undoable = (*self.undoable, Undoable(contact, self.answered(), made.answer()))

    @event("ContactUndone")
    def _on_contact_undone(self, *, resident: UUID, contact: UUID) -> None:
        self.undoable = tuple(each for each in self.undoable if each.contact != contact)

    def _assign(self, answer: Answer) -> None:
        self.answer, self.decline_reason = answer.answer, answer.reason
        self.wished_week, self.wished_site = answer.wished_week, answer.wished_site

    def _outdate(self) -> None:
        """An answer that the latest contact did not bring: no undoing goes back behind it."""
        if not self.undoable or self.undoable[-1].brought != self.answered():
            self.undoable = tuple(replace(each, outdated=True) for each in self.undoable)
