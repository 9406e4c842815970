"""Units over HTTP: who stands for them, where their people go, who is on their lists (R14-R16)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from services.registration.allowed import (
    ANYBODY,
    OFFICE_ONLY,
    RESIDENT,
    UNIT,
    UNIT_OR_OVERSIGHT,
)
from services.registration.application import Registration
from services.registration.belonging import unit_schemas as schemas
from services.registration.belonging.unit_pages import UnitPages
from shared.town.service import command, query


class UnitService(UnitPages):
    """The half of registration that says who belongs where."""

    app: Registration

    # Officers

    @command(
        "/api/units/<unit>/officers",
        allow=OFFICE_ONLY,
        body=schemas.Officers,
        answer=schemas.OfficersNow,
        summary="Name a unit's chief, clerk and contact leader, as logins",
    )
    def name_officers(self, body: dict[str, Any], unit: str) -> dict[str, Any]:
        """Name officers."""
        return self.app.name_officers(unit, **body)

    @query(
        "/api/units/<unit>/officers",
        allow=UNIT_OR_OVERSIGHT,
        answer=schemas.OfficersHistory,
        summary="Who was named for a unit, the newest first",
    )
    def officers(self, unit: str) -> dict[str, Any]:
        """Return the history of officers."""
        self.app.unit(unit)
        return {"history": self.app.officers_history(unit)}

    # Dockings

    @query(
        "/api/units/<unit>/dockings",
        allow=UNIT_OR_OVERSIGHT,
        params=schemas.OnDay,
        answer=schemas.DockingHistory,
        summary="A unit's dockings, and its site on a day",
    )
    def dockings(self, unit: str, day: date | None) -> dict[str, Any]:
        """Return the history of dockings."""
        day = day or self.app.today()
        site = self.app.stored_unit(unit).site_on(day)
        return {"unit": unit, "day": day, "site": site, "history": self.app.dockings(unit)}

    @query(
        "/api/units/<unit>/dock/preview",
        allow=OFFICE_ONLY,
        params=schemas.Dock,
        answer=schemas.DockPreview,
        summary="Which bookings would move and which courses stay, if a unit were docked so",
    )
    def preview(self, unit: str, site: str, since: date) -> dict[str, Any]:
        """Return what a docking would mean."""
        return self.app.preview(unit, site, since)

    @command(
        "/api/units/<unit>/dock",
        allow=OFFICE_ONLY,
        body=schemas.Dock,
        answer=schemas.Docked,
        summary="Dock a unit to a site from a day on; bookings stay where they are",
    )
    def dock(self, body: dict[str, Any], unit: str) -> dict[str, Any]:
        """Dock a unit."""
        return self.app.dock(unit, **body)

    @command(
        "/api/units/<unit>/move-bookings",
        allow=OFFICE_ONLY,
        body=schemas.MoveBookings,
        answer=schemas.MoveOrdered,
        summary="Order that courses not begun go to the site the unit is docked to",
    )
    def move_bookings(self, body: dict[str, Any], unit: str) -> dict[str, Any]:
        """Order the move."""
        return self.app.move_bookings(unit, **body)

    @query(
        "/api/units/<unit>/to-be-booked-again",
        allow=UNIT_OR_OVERSIGHT,
        answer=schemas.ToBeBookedAgain,
        summary="Whose booking was taken back and not made again, and what the site says",
    )
    def to_be_booked_again(self, unit: str) -> dict[str, Any]:
        """Return who has to be booked again."""
        self.app.unit(unit)
        fields = ("resident", "site", "day", "reason")
        found = self.app.to_be_booked_again(unit)
        return {"residents": [{name: row[name] for name in fields} for row in found]}

    @command(
        "/api/units/<unit>/ask-again",
        allow=UNIT,
        answer=schemas.AskedAgain,
        summary="Ask the unit's site again to book everybody who has to be booked again",
    )
    def ask_again(self, body: dict[str, Any], unit: str) -> dict[str, Any]:
        """Ask again."""
        del body
        return self.app.ask_again(unit)

    # Lists and cohorts

    @command(
        "/api/units/<unit>/unlist",
        allow=UNIT,
        body=schemas.Unlist,
        answer=schemas.Unlisted,
        summary="Take somebody whom another unit counts off this unit's list",
    )
    def unlist(self, body: dict[str, Any], unit: str) -> dict[str, Any]:
        """Unlist a resident."""
        return self.app.unlist(unit, **body)

    @command(
        "/api/residents/<uuid:resident>/cohorts",
        allow=RESIDENT,
        body=schemas.Tags,
        answer=schemas.Tagged,
        summary="Set all cohorts a resident belongs to; the main one always stays",
    )
    def tag(self, body: dict[str, Any], resident: UUID) -> dict[str, Any]:
        """Tag a resident."""
        return self.app.tag(resident, **body)

    @query(
        "/api/cohorts",
        allow=ANYBODY,
        params=schemas.OfUnit,
        answer=schemas.Cohorts,
        summary="How far every cohort is, of the town or of a unit",
    )
    def cohorts(self, unit: str | None) -> dict[str, Any]:
        """Return the coverage of cohorts."""
        counted = [self.app.unit(unit)] if unit else self.app.units()
        rows = [
            row | {"percent": round(100 * row["second"] / row["people"], 1)}
            for row in self.app.cohorts(unit)
        ]
        return {"cohorts": rows, "people": sum(each["registered"] for each in counted)}
