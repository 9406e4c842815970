"""The pages of the town and of its units."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from services.registration.allowed import ANYBODY, OFFICE_ONLY, UNIT, UNIT_OR_OVERSIGHT
from services.registration.application import Registration
from services.registration.belonging import unit_schemas as schemas
from services.registration.domain.refusals import Refusal
from services.registration.domain.unit import POSTS
from services.registration.imports.imports_service import ImportsService
from services.registration.schemas import PAGE, SORTS
from services.registration.standing import STATUSES
from services.registration.words import SECTOR_WORDS
from shared.town.access import Place
from shared.town.access.roles import OFFICE
from shared.town.service import page


class UnitPages(ImportsService):
    """The overview of the town, the page of a unit, and the page that changes its docking."""

    app: Registration

    @page("/", allow=ANYBODY, params=schemas.TownPage, summary="The town: every unit's progress")
    def town_page(self, sort: str, order: str) -> str:
        """Show all units in the order asked for, the cohorts, and what needs attention."""
        units = self._overview()
        columns = SORTS[1:-1]
        total = {name: sum(unit[name] for unit in units) for name in (*columns, "declined")}
        attention = {
            "clerk": [unit for unit in units if not unit["clerk"]],
            "roster": [unit for unit in units if not unit["registered"] and not unit["also"]],
            "again": [unit for unit in units if unit["again"]],
        }
        if sort == "coverage":
            units.sort(key=lambda unit: unit["second"] / unit["target"] if unit["target"] else 0)
        elif sort != "unit":
            units.sort(key=lambda unit: unit[sort])
        if order == "down":
            units.reverse()
        return self.render(
            "town.html",
            units=units,
            total=total,
            cohorts=self.app.cohorts(),
            attention=attention,
            sort=sort,
            order=order,
        )

    def _overview(self) -> list[dict[str, Any]]:
        named, again = self.app.officers_on(self.app.today()), self.app.again_by_unit()
        nobody = dict.fromkeys(POSTS)
        return [
            unit
            | named.get(unit["unit"], nobody)
            | {
                "again": again.get(unit["unit"], 0),
                "sector": self._sector(unit["unit"]),
                "opens": self._opens(unit["unit"], unit["site"]),
            }
            for unit in self.app.units()
        ]

    def _opens(self, unit: str, site: str) -> bool:
        """Whether the visitor may open the unit's page."""
        place = Place(unit, site)
        return bool(self.visitor and UNIT_OR_OVERSIGHT.matching(self.visitor, place))

    def _sector(self, code: str) -> str | None:
        """The kind of sector a unit is, as the campaign file says or its cohort tells."""
        found = (each.sector_kind for each in self.app.campaign.units if each.code == code)
        kind = next(found, None)
        return kind if kind in SECTOR_WORDS else None

    @page(
        "/units/<unit>",
        allow=UNIT_OR_OVERSIGHT,
        params=schemas.UnitPage,
        summary="A unit: its officers, its site, its people",
    )
    def unit_page(
        self,
        unit: str,
        after: UUID | None,
        status: str | None,
        cohort: str | None,
        done: str | None,
    ) -> str:
        """Show who stands for a unit, where its people go, how they stand; and take its roster."""
        listed = self.app.residents(unit, after=after, limit=PAGE, status=status, cohort=cohort)
        again = self.app.to_be_booked_again(unit)
        names = self.app.identities(again, ("name",))
        return self.render(
            "unit.html",
            unit=self.app.unit(unit) | {"sector": self._sector(unit)},
            people=self.app.statuses(unit),
            imports=self.app.unit_imports(unit),
            statuses=STATUSES,
            status=status,
            cohort=cohort,
            after=after,
            posts=POSTS,
            officers=self.app.officers_of(unit, self.app.today()),
            officers_history=self.app.officers_history(unit),
            dockings=self.app.dockings(unit),
            cohorts=self.app.cohorts(unit),
            units={each["unit"]: each for each in self.app.units()},
            again=[row | {"name": (names[row["resident"]] or {}).get("name")} for row in again],
            is_office=self._is_office,
            done=done,
            **listed,
        )

    def reachable(self, codes: Iterable[str]) -> list[str]:
        """Those of some units on whose lists the visitor may work."""
        grants = self.visitor.grants if self.visitor else ()
        mine = [grant for grant in grants if grant.role in UNIT.roles]
        return [code for code in codes if any(grant.reaches(code, None) for grant in mine)]

    @property
    def _is_office(self) -> bool:
        return self.visitor is not None and OFFICE in self.visitor.roles()

    @page(
        "/units/<unit>/docking",
        allow=OFFICE_ONLY,
        params=schemas.DockingPage,
        summary="Change to which site a unit's people go: preview first, then bookings follow",
    )
    def docking_page(
        self, unit: str, site: str | None, since: date | None, done: str | None
    ) -> str:
        """Show what a docking would mean, and the two steps that carry it out."""
        preview, refusal = None, None
        if site is not None and since is not None:
            try:
                preview = self.app.preview(unit, site, since)
            except Refusal as said:
                if said.status == 404:
                    raise
                refusal = str(said)
        stored = self.app.stored_unit(unit)
        begins = max(*stored.dockings, self.app.today())
        goes_to = stored.site_on(begins)
        return self.render(
            "docking.html",
            unit=self.app.unit(unit),
            dockings=self.app.dockings(unit),
            moves=self.app.moves(unit),
            preview=preview,
            refusal=refusal,
            chosen={"site": site, "since": since},
            today=self.app.today(),
            # What would move now, to where the unit is docked already.
            pending=self.app.preview(unit, goes_to, min(begins, self.app.campaign.end))
            if goes_to and begins <= self.app.campaign.end
            else None,
            again=len(self.app.to_be_booked_again(unit)),
            done=done,
        )
