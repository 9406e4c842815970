"""A package of vaccine that was shown again after its last dose. The names are the storage format."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate, event

PACKAGES = UUID("b1a9e4d2-6c37-5f08-9d25-40e7c8f3a516")


class Package(Aggregate):
    """A trace code at a site, and how often it was refused."""

    times: int

    @staticmethod
    def create_id(site: str, code: str) -> UUID:
        """One stream a site and trace code."""
        return uuid5(PACKAGES, f"{site}:{code}")

    def begin(self) -> None:
        """Never refused."""
        self.times = 0

    def refuse(self, site: str, day: date, code: str, used: int, doses: int) -> None:
        """It holds `doses`, and `used` were given: no more."""
        self._on_refused(site, day, code, used, doses)

    @event("PackageRefused")
    def _on_refused(self, site: str, day: date, trace_code: str, used: int, doses: int) -> None:
        self.times += 1
