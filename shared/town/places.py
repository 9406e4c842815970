"""Places: where a resident, or what an address names, belongs - asked before anybody is let in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from shared.town.work import Work


class Places:
    """What admission asks a part; a service that knows more than the campaign file overrides."""

    def unit_of(self, work: Work, resident: UUID) -> str:
        """Return the code of the unit that counts a resident."""
        raise NotImplementedError("this part knows no residents")

    def units_of(self, work: Work, resident: UUID) -> tuple[str, ...]:
        """Return the codes of the units whose staff may act for a resident."""
        return (self.unit_of(work, resident),)

    def sites_of(self, work: Work, unit: str) -> tuple[str, ...]:
        """Return the sites at which a unit's people may have a course: as the campaign says."""
        return tuple(each.site for each in work.campaign.units if each.code == unit)

    def sent_to(self, work: Work, resident: UUID) -> tuple[str, ...]:
        """Return the sites a resident goes to alone, beside those of the unit."""
        del work, resident
        return ()

    def units_at(self, work: Work, site: str) -> tuple[str, ...]:
        """Return the units whose people may have a course at a site: as the campaign says."""
        return tuple(each.code for each in work.campaign.units if each.site == site)

    def cadre_of(self, work: Work, resident: UUID) -> str | None:
        """Return who is responsible for a resident, where the part knows it."""
        del work, resident
        return None

    def unit_of_path(self, work: Work, path: Mapping[str, Any]) -> str:
        """Return the unit that an endpoint "at the unit" is about, by what its address names."""
        del work
        return path["unit"]
