"""Contacts: a cadre tries to reach a resident, records what came of it, takes back a mis-tap (R16)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select

from services.registration.calling.contact_views import contacts
from services.registration.domain.contact import Contact, Frame
from services.registration.domain.contact_refusals import (
    NotYoursToUndo,
    UnknownContact,
    VaccinatedSince,
)
from services.registration.queries import RegistrationQueries

CONTACTS = UUID("3d1f7a52-6c0e-5b9c-8f34-0f6f0f6a1c05")


class Contacts(RegistrationQueries):
    """Residents are called and visited; what they say then is their answer."""

    def record_contact(
        self, resident: UUID, *, contact: UUID | None = None, **said: Any
    ) -> dict[str, Any]:
        """Record an attempt and the answer it brought, in one transaction.

        `said` are the fields of `Contact`; without an id the contact is named after the command,
        so that the same command again is the same contact.
        """
        person = self.stored_resident(resident)
        command = self.store.current.context.command
        made = Contact(contact or uuid5(CONTACTS, f"{resident} {command}"), **said)
        person.record_contact(made, self._frame())
        self.save(person)
        return _answered(resident, made.contact, person.answered().answer) | {
            "outcome": made.outcome,
            "status": "recorded",
        }

    def undo_contact(
        self, resident: UUID, contact: UUID, *, by: str, senior: bool
    ) -> dict[str, Any]:
        """Take back a resident's latest contact with the answer it brought; once is enough.

        `by` may undo what they recorded today; who is `senior` (the unit's chief, the office)
        what anybody recorded, whenever. Raises `UnknownContact`, `NotYoursToUndo`,
        `NotLatestContact`, `VaccinatedSince`.
        """
        person = self.stored_resident(resident)
        mine = contacts.c.resident == str(resident)
        row = self.row(select(contacts).where(mine, contacts.c.contact == str(contact)))
        if row is None:
            raise UnknownContact
        yours = row["actor"] == by and row["day"] == self.today().isoformat()
        if not (yours or senior or row["undone_at"]):
            raise NotYoursToUndo(row["actor"], row["day"])
        before = person.answered()
        status = "undone" if person.undo_contact(contact) else "already_undone"
        changed = person.answered() != before
        if changed and before.answer == "consent" and self.is_vaccinated(resident):
            raise VaccinatedSince
        self.save(person)
        return _answered(resident, contact, person.answered().answer) | {
            "outcome": row["outcome"],
            "status": status,
            "answer_changed": changed,
        }

    def contacts_of(self, resident: UUID) -> list[dict[str, Any]]:
        """Every contact of a resident, those undone included, the newest first."""
        mine = select(contacts).where(contacts.c.resident == str(resident))
        return self.rows(mine.order_by(contacts.c.position.desc()))

    def latest_contact(self, resident: UUID) -> dict[str, Any] | None:
        """The newest contact of a resident that has not been undone."""
        at = contacts.c
        mine = select(contacts).where(at.resident == str(resident), at.undone_at.is_(None))
        return self.row(mine.order_by(at.position.desc()).limit(1))

    def site_codes(self) -> tuple[str, ...]:
        """The campaign's sites, any of which may be wished for."""
        return tuple(site.code for site in self.campaign.sites)

    def _frame(self) -> Frame:
        last: date = self.campaign.end
        return Frame(self.weeks(), self.site_codes(), self.today(), last)


def _answered(resident: UUID, contact: UUID, answer: str) -> dict[str, Any]:
    return {"resident": str(resident), "contact": str(contact), "answer": answer}
