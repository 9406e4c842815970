"""The town's work: the kit's, with the campaign's plan, the site of a shard, and privacy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from eventsourcing.domain import Aggregate

from shared.kit.eventstore import Store
from shared.kit.eventstore import work as kit
from shared.kit.eventstore.told import count, heard
from shared.town import contracts
from shared.town.access.access_log import Look
from shared.town.campaign import Campaign
from shared.town.histories import OwnHistory
from shared.town.privacy import Privacy
from shared.town.terms.events import EVENTS

FORGOTTEN = "forgotten"
"""How often somebody was forgotten, as the processes of a part tell each other."""

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
        self._forgotten = int(heard(store, FORGOTTEN) or 0)
        self._told = set[int]()  # of the numbers after that, those this process has stored

    def forget(self, resident: str) -> None:
        """Forget a resident, whose keys are destroyed, here and soon in the part's other processes."""
        self.privacy.forget(resident)
        number = count(self.store, FORGOTTEN)
        self.store.current.afterwards.append(partial(self._told.add, number))

    def forget_with_others(self) -> None:
        """Forget what is kept of everybody, if another process forgot somebody since this was asked last."""
        before, now = self._forgotten, int(heard(self.store, FORGOTTEN) or 0)
        if now == before:
            return
        numbers = set(range(before + 1, now + 1))
        by_others = numbers - self._told
        self._forgotten = now
        self._told -= numbers
        if by_others or now < before:  # fewer than before: the store was set back
            self.privacy.forget_all()

    def called(self, event: str) -> object:
        """What people call an event of this name."""
        return EVENTS.get(event, event)

    @property
    def site(self) -> str:
        """Code of this shard's site."""
        assert self.site_code is not None, "only a site's part asks for its site"
        return self.site_code
