"""Where residents belong, as registration alone knows of everybody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.registration.mobilisation import queries as mobilisation
from services.registration.residents import queries as residents
from services.registration.rosters import queries as rosters
from services.registration.units import queries as units
from shared.town.places import Places
from shared.town.work import Work


class RegistrationPlaces(Places):
    """Units, sites and cadres of residents; an address may also name an import of a unit."""

    def unit_of(self, work: Work, resident: UUID) -> str:
        """Return the code of the unit that counts a resident. Raises `UnknownResident`."""
        return residents.unit_of(work, resident)

    def units_of(self, work: Work, resident: UUID) -> tuple[str, ...]:
        """Return the codes of all units that list a resident. Raises `UnknownResident`."""
        return residents.units_of(work, resident)

    def sites_of(self, work: Work, unit: str) -> tuple[str, ...]:
        """Return the sites a unit is, was or will be docked to."""
        return units.sites_of(work, unit) or super().sites_of(work, unit)

    def cadre_of(self, work: Work, resident: UUID) -> str | None:
        """Return who is responsible for a resident."""
        return mobilisation.cadre_of(work, resident)

    def unit_of_path(self, work: Work, path: Mapping[str, Any]) -> str:
        """Return the unit of the address, or of the import in it; raises `UnknownImport`."""
        if "job" in path:
            return rosters.import_row(work, str(path["job"]))["unit"]
        return super().unit_of_path(work, path)


PLACES = RegistrationPlaces()
