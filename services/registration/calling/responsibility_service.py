"""Responsibility over HTTP, and the chief's pages of cadres."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from services.registration.allowed import (
    CADRES,
    CHIEF,
    RESIDENT_CHIEF,
    RESIDENT_OR_OVERSIGHT,
    UNIT_OR_OVERSIGHT,
)
from services.registration.calling import responsibility_schemas as schemas
from shared.town.contracts.registration import TIES
from shared.town.service import Service, command, page, query

ASSIGNMENT_PAGE = "assignment.html"


class ResponsibilityService(Service):
    """The part of registration that knows who answers for whom; its `app` is an `Assigning`."""

    @query(
        "/api/residents/<uuid:resident>/responsible",
        allow=RESIDENT_OR_OVERSIGHT,
        params=schemas.OnDay,
        answer=schemas.Responsible,
        summary="Who was responsible for the resident on a day, and every assignment",
    )
    def responsible(self, resident: UUID, on: date | None) -> dict[str, Any]:
        """Return who answers for a resident."""
        return self.app.responsible(resident, on)

    @command(
        "/api/residents/<uuid:resident>/cadre",
        allow=RESIDENT_CHIEF,
        body=schemas.AssignOne,
        answer=schemas.AssignedOne,
        summary="A cadre is responsible for the resident from a day on",
    )
    def assign_one(self, body: dict[str, Any], resident: UUID) -> dict[str, Any]:
        """Assign a cadre to one resident."""
        return self.app.assign_one(resident, **body)

    @query(
        "/api/units/<unit>/cadres",
        allow=UNIT_OR_OVERSIGHT,
        params=schemas.OnDay,
        answer=schemas.Cadres,
        summary="A unit's cadres: the people of a day and how these stand, against the quota",
    )
    def cadres(self, unit: str, on: date | None) -> dict[str, Any]:
        """Return the figures of every cadre."""
        return self.app.cadres(unit, on)

    @query(
        "/api/units/<unit>/responsibilities",
        allow=UNIT_OR_OVERSIGHT,
        params=schemas.WholeUnit,
        answer=schemas.ResponsibleInUnit,
        summary="Who was responsible for each resident of the unit on a day",
    )
    def responsibilities(self, unit: str, **which: Any) -> dict[str, Any]:
        """Return a page of residents with who answers for them."""
        return self.app.responsible_in(unit, **which)

    @command(
        "/api/units/<unit>/quotas",
        allow=CHIEF,
        body=schemas.Quota,
        answer=schemas.QuotaAnswer,
        summary="How many people a cadre is to bring to the end of their course",
    )
    def set_quota(self, body: dict[str, Any], unit: str) -> dict[str, Any]:
        """Set a quota."""
        return self.app.set_quota(unit, **body)

    @query(
        "/api/units/<unit>/address-groups",
        allow=CHIEF,
        params=schemas.Groups,
        answer=schemas.AddressGroups,
        summary="The unit's addresses in groups, with how many people live there",
    )
    def address_groups(self, unit: str, level: str) -> dict[str, Any]:
        """Return lanes, buildings or households."""
        return {"unit": unit, "level": level, "groups": self.app.address_groups(unit, level)}

    @command(
        "/api/units/<unit>/assignments",
        allow=CHIEF,
        body=schemas.Assignment,
        answer=schemas.AssignmentAnswer,
        summary="Share residents out over cadres, all or none; dry_run previews",
        then=ASSIGNMENT_PAGE,
    )
    def assign(self, body: dict[str, Any], unit: str) -> dict[str, Any]:
        """Assign many, or tell what that would do."""
        asked = {
            name: [str(each) for each in value] if isinstance(value, list) else _plain(value)
            for name, value in body.items()
            if name not in ("dry_run", "expected") and value not in (None, False)
        }
        return self.app.assign(unit, **body) | {"asked": asked}

    @page("/cadres", allow=CADRES, summary="Responsibility in the units one may see")
    def units_with_cadres(self) -> str:
        """List the units with how many people nobody answers for."""
        reach = self.units_in_reach()
        units = [each for each in self.app.units() if reach is None or each["unit"] in reach]
        return self.render("cadres_of_town.html", units=units, gaps=self.app.unnamed_by_unit())

    @page(
        "/units/<unit>/cadres",
        allow=UNIT_OR_OVERSIGHT,
        params=schemas.CadresPage,
        summary="A unit's cadres: quotas, coverage, assigning",
    )
    def cadres_page(self, unit: str, on: date | None, level: str | None, done: str | None) -> str:
        """Show every cadre's figures and, to who may assign, the forms for it."""
        may_assign = self._may_assign(unit)
        divided = may_assign and level is not None
        return self.render(
            "cadres.html",
            unit=self.app.unit(unit),
            figures=self.app.cadres(unit, on),
            at_work=self.app.cadres_at_work(unit),
            may_assign=may_assign,
            level=level,
            groups=self.app.address_groups(unit, level) if divided else [],
            ties=TIES,
            today=self.app.today(),
            done=done,
        )

    def mobilisation(self, resident: UUID, unit: str) -> dict[str, Any]:
        """What a resident's page shows of responsibility and contacts."""
        return {
            "responsible": self.app.responsible(resident),
            "contacts": self.app.contacts_of(resident),
            "at_work": self.app.cadres_at_work(unit),
            "may_assign": self._may_assign(unit),
        }

    def _may_assign(self, unit: str) -> bool:
        known = next((each for each in self.app.campaign.units if each.code == unit), None)
        site = known.site if known else None
        return any(
            grant.role in CHIEF.roles and grant.reaches(unit, site) for grant in self.person.grants
        )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
