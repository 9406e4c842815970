"""A site's plan of one week (R22). The event and field names are the storage format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate, event

Rows = Sequence[Mapping[str, object]]
"""Of a week, each {unit, day, dose, planned}."""

PLANS = UUID("2e7d4c1a-6f58-5b3e-8d27-9a4b0c6e1f09")


class WeeklyPlan(Aggregate):
    """What was last published for a week; None while nothing was."""

    rows: Rows | None

    @staticmethod
    def create_id(site: str, week: str) -> UUID:
        """One stream a site and week, so that a year of plans weighs on no booking."""
        return uuid5(PLANS, f"{site}:{week}")

    def begin(self) -> None:
        """Nothing published."""
        self.rows = None

    def publish(self, site: str, week: str, rows: Rows) -> None:
        """Publish the week's rows; the same rows again change nothing."""
        if self.rows != rows:
            self._on_published(site, week, rows)

    @event("WeeklyPlanPublished")
    def _on_published(self, site: str, week: str, rows: Rows) -> None:
        self.rows = rows
