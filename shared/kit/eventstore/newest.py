"""Newest: how far a store has come, as one number that grows with all that pages may show.

It only reads, in one short transaction each time, so it holds no writer up, whichever the database.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import bindparam, func, select

from shared.kit.eventstore import tables
from shared.kit.eventstore.prepared import Prepared
from shared.kit.eventstore.store import Store

_at = tables.events.c
_SINCE = Prepared(
    select(_at.position, _at.topic).where(_at.position > bindparam("after")).order_by(_at.position)
)
# From the newest backwards: what counts is never far.
_LAST = Prepared(
    select(_at.position, _at.topic).order_by(_at.position.desc()).limit(bindparam("most"))
)
_FOLLOWED = Prepared(select(func.coalesce(func.sum(tables.positions.c.position), 0)))
FIRST_LOOK = 1000


class Newest:
    """The newest position of a store; events of the names in `silent` change no page.

    Own events and those followed count together, since either changes the views.
    """

    def __init__(self, store: Store, silent: Iterable[str] = ()) -> None:
        """Look at one store."""
        self._store = store
        self._silent = frozenset(silent)
        self._seen: tuple[int, int] | None = None  # the head, and the newest that counts up to it

    def position(self) -> int:
        """Return it as it is now; raises what is wrong with the database."""
        with self._store.connection() as connection:
            followed = int(_FOLLOWED.value(connection, {}))
            if self._seen is None:
                rows = _LAST.all(connection, {"most": FIRST_LOOK})[::-1]
                head, counts = 0, 0
            else:
                head, counts = self._seen
                rows = _SINCE.all(connection, {"after": head})
        for row in rows:
            head = row.position
            if row.topic.rpartition(".")[0] not in self._silent:
                counts = row.position
        self._seen = head, counts
        return counts + followed
