"""Who is responsible for a resident, by days (R24). The names are the storage format."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate, event

from services.registration.domain.responsibility_refusals import LaterAssignment, SinceOutside

RESPONSIBILITIES = UUID("3d1f7a52-6c0e-5b9c-8f34-0f6f0f6a1c03")


class Responsibility(Aggregate):
    """The cadres assigned to one resident, one after the other, never two at a time.

    Where none is assigned, the unit's clerk is responsible.
    """

    @staticmethod
    def create_id(resident: UUID) -> UUID:
        """One stream a resident, beside the resident's own."""
        return uuid5(RESPONSIBILITIES, str(resident))

    def begin(self) -> None:
        """Nobody is assigned yet."""
        self.unit: str | None = None
        self.cadre: str | None = None
        self.since: date | None = None

    def assign(
        self,
        resident: UUID,
        unit: str,
        cadre: str,
        since: date,
        *,
        start: date,
        today: date,
        lapsed: bool = False,
    ) -> bool:
        """From `since` on the cadre is responsible; False when so already.

        `start` is the campaign's first day; on the day of the last assignment the new one
        replaces it. `lapsed`: the resident left the unit after the last assignment, which
        therefore holds no more. Raises `SinceOutside`, `LaterAssignment`.
        """
        if not start <= since <= today:
            raise SinceOutside(since=since, first=start, last=today)
        if self.since is not None and since < self.since:
            raise LaterAssignment(cadre=self.cadre, since=self.since)
        if (unit, cadre) == (self.unit, self.cadre) and not lapsed:
            return False
        self._on_cadre_assigned(resident=resident, unit=unit, cadre=cadre, since=since)
        return True

    @event("CadreAssigned")
    def _on_cadre_assigned(self, *, resident: UUID, unit: str, cadre: str, since: date) -> None:
        self.unit = unit
        self.cadre = cadre
        self.since = since
