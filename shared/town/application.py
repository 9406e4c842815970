"""Bridge: a service whose features are still inherited, as one object on its `Work`."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from eventsourcing.domain import Aggregate

from shared.kit.eventstore import Context, Policies, Store, Views
from shared.town.campaign import Campaign
from shared.town.privacy import Privacy
from shared.town.work import Work


class Application(Work):
    """One service's application: its aggregates, views and policies on one store."""

    aggregates: ClassVar[tuple[type[Aggregate], ...]] = ()
    snapshotting_intervals: ClassVar[Any] = {}
    views: ClassVar[Views]
    policies: ClassVar[Policies] = Policies()

    def __init__(
        self, store: Store, campaign: Campaign, privacy: Privacy, *, site: str | None = None
    ) -> None:
        """Take what its work is made of."""
        super().__init__(
            store,
            self.aggregates,
            campaign,
            privacy,
            snapshots=self.snapshotting_intervals,
            site_code=site,
        )

    def started(self) -> None:
        """Do what has to be done before the part serves; called in a write transaction."""

    def start(self) -> None:
        """Run `started` in a transaction of its own."""
        with self.store.transaction(Context("start", "system", "start")):
            self.started()

    def unit_of(self, resident: UUID) -> str:
        """Return the code of the unit that counts a resident; a service that knows them says so."""
        raise NotImplementedError(f"{type(self).__name__} knows no residents")

    def units_of(self, resident: UUID) -> tuple[str, ...]:
        """Return the codes of the units whose staff may act for a resident."""
        return (self.unit_of(resident),)

    def sites_of(self, unit: str) -> tuple[str, ...]:
        """Return the sites at which a unit's people may have a course: as the campaign says."""
        return tuple(each.site for each in self.campaign.units if each.code == unit)

    def units_at(self, site: str) -> tuple[str, ...]:
        """Return the units whose people may have a course at a site: as the campaign says."""
        return tuple(each.code for each in self.campaign.units if each.site == site)
