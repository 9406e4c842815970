"""Being the only one: a lock beside the store that ends with the process that holds it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url

from shared.kit.eventstore.lock_files import open_lock_file
from shared.kit.eventstore.store import Store


@dataclass(frozen=True, slots=True)
class Held:
    """A lock that is held; on PostgreSQL by a connection."""

    connection: Connection | None

    def check(self) -> None:
        """Raise what says that the lock is lost, with its connection."""
        if self.connection is not None:
            self.connection.execute(text("SELECT 1"))
            self.connection.commit()


@contextmanager
def alone(store: Store, what: str, key: int) -> Iterator[Held | None]:
    """Hold the store's lock for `what` (`key` on PostgreSQL); yields None when somebody else does.

    On SQLite the lock is a file's and lasts as long as the process. On PostgreSQL it is a
    connection's and is lost with it, so who works under it must not depend on it alone.
    """
    if store.is_sqlite:
        file = open_lock_file(str(make_url(store.url).database), what)
        try:
            yield Held(None) if _locked(file) else None
        finally:
            os.close(file)
        return
    with store.engine.connect() as connection:
        taken = connection.execute(
            text("SELECT pg_try_advisory_lock(:key)"), {"key": key}
        ).scalar_one()
        connection.commit()
        try:
            yield Held(connection) if taken else None
        finally:
            if taken and not connection.invalidated:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": key})


def _locked(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
