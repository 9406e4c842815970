"""Where residents are to a site's part: as registration says."""

from __future__ import annotations

from uuid import UUID

from services.appointments.domain.refusals import NotRegisteredHere
from shared.town.mirrors import residents
from shared.town.places import Places
from shared.town.work import Work


class SitePlaces(Places):
    """A resident's unit, whichever site it goes to."""

    def unit_of(self, work: Work, resident: UUID) -> str:
        """Return the unit; raise `NotRegisteredHere` when nobody of this id is registered."""
        unit = residents.unit_of(work, resident)
        if unit is None:
            raise NotRegisteredHere
        return unit


PLACES = SitePlaces()
