"""Where residents and units belong, as registration has told screening."""

from __future__ import annotations

from uuid import UUID

from services.screening.domain.refusals import NotRegistered
from shared.town.mirrors import dockings, hosts, merges
from shared.town.mirrors.residents import ResidentPlaces
from shared.town.work import Work


class ScreeningPlaces(ResidentPlaces):
    """A person is where the record is that stays; a unit goes where it is, was or will be docked."""

    def unit_of(self, work: Work, resident: UUID) -> str:
        """Return the code of a resident's unit. Raises `NotRegistered`."""
        return super().unit_of(work, UUID(merges.person_of(work, str(resident))))

    def sites_of(self, work: Work, unit: str) -> tuple[str, ...]:
        """Return the sites of a unit: courses go on where they began."""
        return dockings.sites_of(work, unit)

    def sent_to(self, work: Work, resident: UUID) -> tuple[str, ...]:
        """Return the site that has a resident alone, if one has."""
        site = hosts.host_of(work, merges.records_of(work, str(resident))).site
        return (site,) if site else ()

    def units_at(self, work: Work, site: str) -> tuple[str, ...]:
        """Return the units of a site."""
        return dockings.units_at(work, site)


PLACES = ScreeningPlaces(NotRegistered)
