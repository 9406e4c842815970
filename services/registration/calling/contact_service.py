"""Contacts over HTTP, and the cadre's list on a phone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from services.registration.allowed import CADRE, RESIDENT
from services.registration.calling import contact_schemas as schemas
from shared.town import request_context
from shared.town.access.roles import OFFICE, TOWN, UNIT_CHIEF
from shared.town.campaign import days_of, week_of
from shared.town.contracts.contacts import CHANNELS
from shared.town.contracts.registration import DECLINE_REASONS
from shared.town.service import Service, command, page, query

# Days until a cadre tries again, unless they choose another day themselves.
AGAIN = {"not_reached": 1, "hesitant": 3}


class ContactService(Service):
    """The part of registration with which cadres call; its `app` is a `Calling`."""

    @command(
        "/api/residents/<uuid:resident>/contacts",
        allow=RESIDENT,
        body=schemas.ContactMade,
        answer=schemas.ContactTold,
        summary="Somebody tried to reach the resident; willing consents, refused declines",
    )
    def record_contact(self, body: dict[str, Any], resident: UUID) -> dict[str, Any]:
        """Record a contact and the answer it brought."""
        return self.app.record_contact(resident, **body)

    @command(
        "/api/residents/<uuid:resident>/contacts/<uuid:contact>/undo",
        allow=RESIDENT,
        answer=schemas.ContactTakenBack,
        summary="Take back the resident's latest contact, with the answer it brought",
    )
    def undo_contact(self, body: dict[str, Any], resident: UUID, contact: UUID) -> dict[str, Any]:
        """Undo a mis-tap: one's own of today, or as the unit's chief."""
        del body
        return self.app.undo_contact(
            resident, contact, by=self.person.login, senior=self._is_senior()
        )

    @query(
        "/api/list",
        allow=CADRE,
        params=schemas.ListWanted,
        answer=schemas.OwnList,
        summary="The residents one is responsible for: whom to call today, and how they stand",
    )
    def own_list(self, **which: Any) -> dict[str, Any]:
        """Return a page of the own list."""
        return self.app.own_list(self.person.login, self._units_of_list(), **which)

    @page("/list", allow=CADRE, params=schemas.ListPage, summary="The cadre's list, for a phone")
    def list_page(
        self, show: str, page: int, channel: str, just: UUID | None, done: str | None
    ) -> str:
        """Show whom to call, one card a person, one tap an outcome."""
        listed = self.app.own_list(
            self.person.login,
            self._units_of_list(),
            show=show,
            page=page,
            addresses=channel == "visit",
        )
        return self.render(
            "list.html",
            **listed,
            channel=channel,
            done=done,
            just=self._just_recorded(just),
            **self.contact_choices(),
        )

    def contact_choices(self) -> dict[str, Any]:
        """What a page with the forms of a contact needs."""
        today: date = self.app.today()
        return {
            "channels": CHANNELS,
            "refusals": DECLINE_REASONS,
            "usual_week": self.app.usual_week(),
            "coming_weeks": [
                (week, days_of(week)) for week in self.app.weeks() if week >= week_of(today)
            ],
            "again": {
                outcome: min(today + timedelta(days), self.app.campaign.end).isoformat()
                for outcome, days in AGAIN.items()
            },
        }

    def _just_recorded(self, resident: UUID | None) -> dict[str, Any] | None:
        """What this login recorded last of a resident today, to be undone; None if nothing."""
        latest = self.app.latest_contact(resident) if resident else None
        if latest is None or resident is None:
            return None
        mine = latest["actor"] == self.person.login and latest["day"] == str(self.app.today())
        if not mine:
            return None
        on_list = self.app.cadre_of(resident) == self.person.login
        names = self.app.names([str(resident)]) if on_list else {}
        return latest | {"name": names.get(str(resident))}

    def _units_of_list(self) -> set[str] | None:
        """The units for which the visitor is granted a cadre's role; None for all."""
        asked = request_context.current()
        grants = asked.grants if asked else ()
        if any(grant.scope == TOWN for grant in grants):
            return None
        return {grant.unit for grant in grants if grant.unit is not None}

    def _is_senior(self) -> bool:
        """Whether the grants that let the person in are of a chief or the office."""
        asked = request_context.current()
        return asked is not None and any(g.role in (UNIT_CHIEF, OFFICE) for g in asked.grants)
