"""The site itself: it opens with its first batch (R06). The names are the storage format."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate, event

SITES = UUID("0d1c5f5e-9a34-5f0b-8a8e-11b0a7d0a105")


class Site(Aggregate):
    """When one site opened."""

    opened: date | None

    @staticmethod
    def create_id(site: str) -> UUID:
        """One stream a site."""
        return uuid5(SITES, site)

    def begin(self) -> None:
        """Not open."""
        self.opened = None

    def open(self, site: str, day: date) -> None:
        """Open the site; it opens once."""
        if self.opened is None:
            self._on_opened(site, day)

    @event("SiteOpened")
    def _on_opened(self, site: str, day: date) -> None:
        self.opened = day
