"""A resident on a unit's list. The event and field names are the storage format.

Long because one aggregate has one file: each decision, and the event it applies.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, TypedDict, Unpack
from uuid import UUID

from eventsourcing.domain import event

from services.registration.domain.answering import Answering
from services.registration.domain.belonging_refusals import CountsHere
from services.registration.domain.refusals import (
    Erased,
    RegisteredElsewhere,
    UnknownResident,
)

# Classes of keys of an identity, in the order in which events name them.
FACTS, CONTACT = "facts", "contact"
CLASSES = (FACTS, CONTACT)
RESTORED = "restored"


class Entered(TypedDict):
    """What is said of somebody who is listed."""

    unit: str
    tie: str
    cohort: str
    sex: str
    birth_date: date
    document_kind: str
    identity: dict[str, Any]


class Resident(Answering):
    """A person with a tie to the town (R08) and what they answered (R21).

    The id comes from outside: a keyed hash of the identity document, so that the same person
    registered twice is the same aggregate. `identity` passes through to the event, where it is
    sealed, and is never kept here.
    """

    @staticmethod
    def create_id(resident: UUID) -> UUID:
        """The resident's id is the stream's."""
        return resident

    @event("ResidentRegistered")
    def __init__(
        self,
        *,
        resident: UUID,
        unit: str,
        tie: str,
        cohort: str,
        sex: str,
        birth_date: date,
        document_kind: str,
        identity: dict[str, Any],
    ) -> None:
        self.unit = unit
        self.tie = tie
        self.cohort = cohort
        self.sex = sex
        self.birth_date = birth_date
        self.document_kind = document_kind
        self._nothing_answered()
        self.held = CLASSES
        self.also: dict[str, str] = {}
        self.cohorts: tuple[str, ...] = (cohort,)
        self.taken_back = False

    def correct(
        self,
        *,
        unit: str,
        tie: str,
        cohort: str,
        identity: dict[str, Any],
        new_identity: bool,
        sex: str | None = None,
        birth_date: date | None = None,
    ) -> None:
        """Take over what a later roster says; nothing happens when it says the same.

        `new_identity` tells whether `identity` differs from the one sealed before, which only
        the application can read. `sex` and `birth_date` may change where the document's number
        carries none (a passport, a permit); None leaves them. Raises `RegisteredElsewhere`,
        `UnknownResident`.
        """
        self._is_listed()
        if unit != self.unit:
            raise RegisteredElsewhere(unit=self.unit)
        sex, birth_date = sex or self.sex, birth_date or self.birth_date
        known = (self.tie, self.cohort, self.sex, self.birth_date)
        if (tie, cohort, sex, birth_date) == known and not new_identity:
            return
        self._on_resident_corrected(
            resident=self.id,
            unit=unit,
            tie=tie,
            cohort=cohort,
            sex=sex,
            birth_date=birth_date,
            document_kind=self.document_kind,
            identity=identity,
        )

    def list_again(self, **entered: Unpack[Entered]) -> None:
        """Register somebody once more whose registration was taken back: nothing of before counts."""
        assert self.taken_back
        self._on_resident_corrected(resident=self.id, **entered)

    def restore(self, **before: Unpack[Entered]) -> None:
        """Take a correction back: all is said again as before it. Raises `UnknownResident`."""
        self._is_listed()
        self._on_resident_corrected(resident=self.id, **before)

    def take_back(self, cause: str, import_id: UUID | None = None) -> None:
        """Take the person off the list as if never on it; whoever asks knows that nothing is built.

        All keys are to be destroyed. Raises `UnknownResident` of who is off the list already.
        """
        self._is_listed()
        self._on_registration_taken_back(
            resident=self.id, unit=self.unit, cause=cause, import_id=import_id
        )

    def erase(self, reason: str, *, today: date, retained_until: date | None) -> list[str]:
        """Forget who this is; return the classes whose keys are to be destroyed, [] if none is left.

        `retained_until` is the last day on which the law needs to know who was vaccinated, None
        when no dose was given: until then only how to reach the person is forgotten.
        """
        kept = retained_until is not None and today <= retained_until
        classes = [each for each in ((CONTACT,) if kept else CLASSES) if each in self.held]
        if classes:
            self._on_resident_erased(
                resident=self.id,
                classes=classes,
                reason=reason,
                retained_until=retained_until if kept else None,
            )
        return classes

    def lose(self, destroyed: set[str], *, retained_until: date | None) -> bool:
        """Keys that a restored backup had brought back are destroyed again; False if known."""
        classes = [each for each in CLASSES if each in destroyed and each in self.held]
        if not classes:
            return False
        kept = FACTS in self.held and FACTS not in classes
        self._on_resident_erased(
            resident=self.id,
            classes=classes,
            reason=RESTORED,
            retained_until=retained_until if kept else None,
        )
        return True

    def list_also(self, unit: str, tie: str) -> bool:
        """A second unit lists the resident (R16); False when it does already, or counts them."""
        if unit == self.unit or self.also.get(unit) == tie:
            return False
        self._on_resident_also_listed(resident=self.id, unit=unit, tie=tie)
        return True

    def unlist(self, unit: str) -> bool:
        """A second unit does not list the resident any more; False when it does not.

        Raises `CountsHere` for the unit that registered them.
        """
        if unit == self.unit:
            raise CountsHere(unit=unit)
        if unit not in self.also:
            return False
        self._on_resident_unlisted(resident=self.id, unit=unit)
        return True

    def note(self, marks: Iterable[str], remark: str | None) -> None:
        """Take note of what a roster says beside the facts: all of it, as of now.

        `remark` passes through to the event, where it is sealed, and is never kept here.
        """
        sealed = {"remark": remark} if remark and self.held == CLASSES else None
        self._on_resident_noted(resident=self.id, marks=list(marks), remark=sealed)

    def tag(self, cohorts: Iterable[str]) -> bool:
        """Set all cohorts of the resident, the main one always among them (R20); False if so."""
        said = (self.cohort, *sorted({*cohorts} - {self.cohort}))
        if said == self.cohorts:
            return False
        self._on_cohorts_tagged(resident=self.id, cohorts=list(said))
        return True

    def ask_rebooking(self, site: str, day: date) -> None:
        """Ask a site to book the resident from a day on, as often as there is cause (R15)."""
        self._on_rebooking_asked(resident=self.id, unit=self.unit, site=site, day=day)

    def end_one(self, *, site: str, kept_at: str) -> None:
        """Two sites hold a course; the one not begun at `site` is to end."""
        self._on_booked_twice(resident=self.id, unit=self.unit, site=site, kept_at=kept_at)

    def send_to(self, site: str, from_site: str, day: date, number: int, *, alone: bool) -> None:
        """Say that a site has the resident, whom another one has given away (R17)."""
        self._on_sent_to(
            resident=self.id,
            unit=self.unit,
            site=site,
            from_site=from_site,
            day=day,
            number=number,
            alone=alone,
        )

    def ask_back(self, site: str, to_site: str, number: int) -> None:
        """Ask a site to give the resident back, as often as there is cause (R17)."""
        self._on_sending_back_asked(
            resident=self.id, unit=self.unit, site=site, to_site=to_site, number=number
        )

    def _is_listed(self) -> None:
        if self.taken_back:
            raise UnknownResident

    def _is_not_erased(self) -> None:
        self._is_listed()
        if self.held != CLASSES:
            raise Erased

    @event("ResidentErased")
    def _on_resident_erased(
        self, *, resident: UUID, classes: list[str], reason: str, retained_until: date | None
    ) -> None:
        self.held = tuple(each for each in self.held if each not in classes)

    @event("ResidentCorrected")
    def _on_resident_corrected(
        self,
        *,
        resident: UUID,
        unit: str,
        tie: str,
        cohort: str,
        sex: str,
        birth_date: date,
        document_kind: str,
        identity: dict[str, Any],
    ) -> None:
        self.also = {each: its for each, its in self.also.items() if each != unit}
        others = sorted({*self.cohorts} - {self.cohort, cohort})
        self.cohorts = (cohort, *others)
        self.unit = unit
        self.tie = tie
        self.cohort = cohort
        self.sex = sex
        self.birth_date = birth_date
        self.document_kind = document_kind
        self.held = CLASSES  # sealed under new keys, if some had been destroyed
        self.taken_back = False

    @event("RegistrationTakenBack")
    def _on_registration_taken_back(
        self, *, resident: UUID, unit: str, cause: str, import_id: UUID | None
    ) -> None:
        self._nothing_answered()
        self.held = ()
        self.also = {}
        self.cohorts = ()
        self.taken_back = True

    @event("ResidentAlsoListed")
    def _on_resident_also_listed(self, *, resident: UUID, unit: str, tie: str) -> None:
        self.also[unit] = tie

    @event("ResidentUnlisted")
    def _on_resident_unlisted(self, *, resident: UUID, unit: str) -> None:
        del self.also[unit]

    @event("ResidentNoted")
    def _on_resident_noted(
        self, *, resident: UUID, marks: list[str], remark: dict[str, Any] | None
    ) -> None:
        pass

    @event("CohortsTagged")
    def _on_cohorts_tagged(self, *, resident: UUID, cohorts: list[str]) -> None:
        self.cohorts = tuple(cohorts)

    @event("RebookingAsked")
    def _on_rebooking_asked(self, *, resident: UUID, unit: str, site: str, day: date) -> None:
        pass

    @event("BookedTwice")
    def _on_booked_twice(self, *, resident: UUID, unit: str, site: str, kept_at: str) -> None:
        pass

    @event("ResidentSentTo")
    def _on_sent_to(
        self,
        *,
        resident: UUID,
        unit: str,
        site: str,
        from_site: str,
        day: date,
        number: int,
        alone: bool,
    ) -> None:
        pass

    @event("SendingBackAsked")
    def _on_sending_back_asked(
        self, *, resident: UUID, unit: str, site: str, to_site: str, number: int
    ) -> None:
        pass
