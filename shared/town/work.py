"""The town's work: the kit's, with the campaign's plan, the site of a shard, and privacy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from eventsourcing.domain import Aggregate

from shared.kit.eventstore import Store
from shared.kit.eventstore import work as kit
from shared.town import contracts
from shared.town.access.access_log import Look
from shared.town.campaign import Campaign
from shared.town.histories import OwnHistory
from shared.town.privacy import Privacy

assert contracts.catalogue  # whoever works stores events, so their shapes are known


class Work(kit.Work):
    """What commands, queries and policies of the five services are given."""

    def __init__(
        self,
        store: Store,
        aggregates: Sequence[type[Aggregate]],
        campaign: Campaign,
        privacy: Privacy,
        *,
        snapshots: Mapping[type[Aggregate], int] | None = None,
        site_code: str | None = None,
    ) -> None:
        super().__init__(store, (*aggregates, Look, OwnHistory), snapshots, privacy)
        self.campaign = campaign
        self.privacy = privacy
        self.site_code = site_code

    @property
    def site(self) -> str:
        """Code of this shard's site."""
        assert self.site_code is not None, "only a site's part asks for its site"
        return self.site_code
