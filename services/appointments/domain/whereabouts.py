"""To which other site somebody was sent on from here, and wanted back. The names are the storage format."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate, event

from services.appointments.domain.person import Person

WHEREABOUTS = UUID("0b6f1c57-6d0e-5a35-9c41-8a4e7f0d2c36")


class Whereabouts(Aggregate):
    """What this site has said of where a resident goes."""

    @staticmethod
    def create_id(resident: UUID) -> UUID:
        """One stream a resident."""
        return uuid5(WHEREABOUTS, str(resident))

    def begin(self) -> None:
        """Never sent anywhere."""

    def send_on(
        self, person: Person, day: date, to_site: str, number: int, reason: str | None
    ) -> None:
        """Give the person to another site for a day; the caller gives the places back."""
        self._on_sent_on(*person.place, day, to_site, number, reason)

    def want_back(self, person: Person, number: int) -> None:
        """Ask for the person, whom the site has sent on by that number."""
        self._on_wanted_back(*person.place, number)

    @event("ResidentSentOn")
    def _on_sent_on(
        self,
        site: str,
        resident: UUID,
        unit: str,
        day: date,
        to_site: str,
        number: int,
        reason: str | None,
    ) -> None:
        pass

    @event("ResidentWantedBack")
    def _on_wanted_back(self, site: str, resident: UUID, unit: str, number: int) -> None:
        pass
