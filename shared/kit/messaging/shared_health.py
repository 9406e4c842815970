"""Shared health: whichever process of a part is asked says how its followers are, which one of them runs.

share = SharedHealth(store, healths)
share.tell()      # the process that follows, every second
share.known()     # any other
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from shared.kit.eventstore import Context
from shared.kit.eventstore.store import Store
from shared.kit.eventstore.told import heard, tell
from shared.kit.messaging.health import FollowerHealth

NAME = "followers"
_CONTEXT = Context("followers", "system", "followers")


class SharedHealth:
    """The health of a part's followers, as the process that follows has told it."""

    def __init__(self, store: Store, own: Sequence[FollowerHealth]) -> None:
        """`own` is that of this process's followers, whether they follow or not."""
        self._store = store
        self._own = own
        self._said = ""

    def tell(self) -> None:
        """Tell the other processes what has changed since the last time."""
        # Positions are in the store, and change all the time.
        said = json.dumps([asdict(each) | {"position": 0} for each in self._own])
        if said == self._said:
            return
        with self._store.transaction(_CONTEXT, repeatable=True):
            tell(self._store, NAME, said)
        self._said = said

    def known(self) -> Sequence[FollowerHealth]:
        """Return what was told last; of a part that has told nothing yet, what this process knows."""
        said = heard(self._store, NAME)
        told = {each["source"]: FollowerHealth(**each) for each in json.loads(said or "[]")}
        return [told.get(own.source, own) for own in self._own]
