"""The site itself: it opens with its first batch (R06), and publishes its weekly plan (R22).

The event and field names are the storage format.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate, event

SITES = UUID("0d1c5f5e-9a34-5f0b-8a8e-11b0a7d0a105")


class Site(Aggregate):
    """One site's own history: when it opened, what it planned."""

    opened: date | None
    plans: dict[str, list[dict[str, Any]]]

    @staticmethod
    def create_id(site: str) -> UUID:
        """One stream a site."""
        return uuid5(SITES, site)

    def begin(self) -> None:
        """Not open, nothing planned."""
        self.opened, self.plans = None, {}

    def open(self, site: str, day: date) -> None:
        """Open the site; it opens once."""
        if self.opened is None:
            self._on_opened(site, day)

    def publish_plan(self, site: str, week: str, rows: list[dict[str, Any]]) -> None:
        """Publish a week's plan; the same plan again changes nothing."""
        said = [row | {"day": str(row["day"])} for row in rows]
        if self.plans.get(week) != said:
            self._on_plan_published(site, week, rows)

    @event("SiteOpened")
    def _on_opened(self, site: str, day: date) -> None:
        self.opened = day

    @event("WeeklyPlanPublished")
    def _on_plan_published(self, site: str, week: str, rows: list[dict[str, Any]]) -> None:
        self.plans[week] = [row | {"day": str(row["day"])} for row in rows]
