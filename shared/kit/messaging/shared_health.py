"""Shared health: whichever process of a part is asked says how its followers are, which one of them runs.

share = SharedHealth(store, healths)
share.tell()      # the process that follows, every second
share.known()     # any other
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

from shared.kit.eventstore import Context
from shared.kit.eventstore.store import Store
from shared.kit.eventstore.told import heard, tell
from shared.kit.messaging.health import FollowerHealth

NAME = "followers"
_KNOWN = {each.name for each in fields(FollowerHealth)}
_CONTEXT = Context("followers", "system", "followers")


class SharedHealth:
    """The health of a part's followers, as the process that follows has told it."""

    def __init__(self, store: Store, own: Sequence[FollowerHealth]) -> None:
        """`own` is that of this process's followers, whether they follow or not."""
        self._store = store
        self._own = own

    def tell(self) -> None:
        """Tell the other processes what is not as it was told last, by whomever."""
        # Positions are in the store, and change all the time.
        said = json.dumps([asdict(each) | {"position": 0} for each in self._own])
        if said == heard(self._store, NAME):
            return
        with self._store.transaction(_CONTEXT, repeatable=True):
            tell(self._store, NAME, said)

    def known(self) -> Sequence[FollowerHealth]:
        """Return what was told last; of a part that has told nothing yet, what this process knows."""
        said = heard(self._store, NAME)
        told = {each["source"]: _health(each) for each in json.loads(said or "[]")}
        return [told.get(own.source, own) for own in self._own]


def _health(told: dict[str, Any]) -> FollowerHealth:
    """What is told without what this version does not know: another's process may tell more."""
    return FollowerHealth(**{name: told[name] for name in told.keys() & _KNOWN})
