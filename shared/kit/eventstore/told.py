"""Told: what the processes that serve one part tell each other, a text by its name in their store.

It is for what one process alone would know: how the followers are, that somebody was erased. None
of it is history, and none of it is anybody's data.
"""

from __future__ import annotations

from sqlalchemy import bindparam, select

from shared.kit.eventstore import tables
from shared.kit.eventstore.prepared import Prepared
from shared.kit.eventstore.store import Store
from shared.kit.eventstore.views import put

_SAID = Prepared(select(tables.told.c.said).where(tables.told.c.name == bindparam("wanted")))


def tell(store: Store, name: str, said: str) -> None:
    """Tell the other processes, in the running transaction."""
    put(store.current.connection, tables.told, "name", {"name": name, "said": said})


def heard(store: Store, name: str) -> str:
    """Return what was told last, by whichever process; "" if nothing was."""
    with store.connection() as connection:
        row = _SAID.first(connection, {"wanted": name})
    return row.said if row is not None else ""


def count(store: Store, name: str) -> int:
    """Tell the other processes that something has happened once more, in the running transaction.

    Returns how often by now.
    """
    number = int(heard(store, name) or 0) + 1
    tell(store, name, str(number))
    return number
