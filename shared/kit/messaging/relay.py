"""The relay: follows one store and publishes its events to the broker, in order, confirmed.

One relay a store is active even when several run: each holds a lock in (or beside) the store
while it works. What the broker has confirmed is recorded in the store, so a relay that dies goes
on where the last one stopped; what it had published without a recorded confirmation is published
again under the same message id.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from shared.kit.contracts.chain import Linked
from shared.kit.eventstore import Store
from shared.kit.eventstore.locks import Held, alone

log = logging.getLogger(__name__)

BATCH = 1000
BEAT_SECONDS = 5
RELAY_LOCK = 7_243


class Publisher(Protocol):
    """Publishes events to a broker."""

    def publish(self, events: Sequence[Linked]) -> None:
        """Return when the broker has confirmed all of them; raise if it has not."""
        ...


class Relay:
    """Moves one store's events to the broker, one batch a step."""

    def __init__(self, store: Store, publisher: Publisher) -> None:
        """Follow `store`, publish with `publisher`."""
        self.store = store
        self.publisher = publisher
        self._position: int | None = None
        self._beat: float | None = None

    def step(self) -> int:
        """Publish the next batch and record it; return how many events it had (0: nothing new)."""
        if self._position is None:
            self._position = self.store.published()[0]
        batch = self.store.log(self._position, BATCH)
        if batch:
            self.publisher.publish(batch)
            self._position = batch[-1].position
            self._mark()
        elif self._beat is None or time.monotonic() - self._beat >= BEAT_SECONDS:
            self._mark()
        return len(batch)

    def _mark(self) -> None:
        assert self._position is not None
        self._beat = time.monotonic()
        self.store.mark_published(self._position)


def active(store: Store) -> AbstractContextManager[Held | None]:
    """Hold the store's relay lock; yields None when another relay holds it."""
    return alone(store, "relay", RELAY_LOCK)
