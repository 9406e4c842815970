"""The simulated disk: each store's file, what of it would survive a power cut, and older copies.

A file is SQLite's own, in a folder in memory or on a real disk. The program writes it unchanged;
only the connection is ours, so that a commit can be the last thing a process does.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Engine, event

from shared.kit.eventstore import store
from shared.kit.eventstore.engine import open_engine

Reached = Callable[[str, str], None]
"""Told when a source reaches a point: before or after a commit."""


class Copy(NamedTuple):
    """A store's file and its write-ahead log as they were."""

    main: bytes
    log: bytes


class Disk:
    """The stores' files of one town."""

    def __init__(self, folder: Path, reached: Reached) -> None:
        """Keep files in `folder`; `reached(source, point)` hears of every commit."""
        self.folder = folder
        self.reached = reached
        self.full: set[str] = set()
        self._synced: dict[str, int] = {}

    def file(self, source: str) -> Path:
        """Return the file of a source's store."""
        return self.folder / f"{source.replace('/', '.')}.db"

    def _log(self, source: str) -> Path:
        return self.folder / f"{source.replace('/', '.')}.db-wal"

    def copy(self, source: str) -> Copy:
        """Return a store as it is now, committed transactions only."""
        log = self._log(source)
        return Copy(self.file(source).read_bytes(), log.read_bytes() if log.exists() else b"")

    def put(self, source: str, copy: Copy) -> None:
        """Make a store, which nobody has open, what it was when it was copied."""
        self.file(source).write_bytes(copy.main)
        Path(f"{self.file(source)}-shm").unlink(missing_ok=True)
        self._log(source).write_bytes(copy.log)
        self._synced[source] = len(copy.log)

    def after_power_cut(self, source: str) -> tuple[Copy, int]:
        """Return what a power cut would leave of a store, and how many bytes it would take."""
        whole, synced = self.copy(source), self._synced.get(source, 0)
        return whole._replace(log=whole.log[:synced]), len(whole.log) - synced

    def opened(self, source: str) -> None:
        """A store is opened: what is there, is durable."""
        log = self._log(source)
        self._synced[source] = log.stat().st_size if log.exists() else 0

    def committing(self, source: str) -> None:
        """A commit is to be written: the process may die here, or the disk be full."""
        self.reached(source, "before commit")
        if source in self.full:
            raise sqlite3.OperationalError("database or disk is full")
        # The log may have been emptied since.
        self._synced[source] = min(self._synced.get(source, 0), self._log(source).stat().st_size)

    def committed(self, source: str, *, durable: bool) -> None:
        """A commit is written: durable, with all before it, or only in the machine's memory."""
        if durable:
            self._synced[source] = self._log(source).stat().st_size
        self.reached(source, "after commit")

    @contextmanager
    def mounted(self) -> Iterator[None]:
        """Let every store that is opened meanwhile be on this disk."""

        def connect(_dialect: Any, _record: Any, arguments: Any, options: dict[str, Any]) -> None:
            source = Path(arguments[0]).stem.replace(".", "/")
            options["factory"] = partial(_Connection, self, source)

        event.listen(Engine, "do_connect", connect)
        opens, store.open_engine = store.open_engine, _engine
        try:
            yield
        finally:
            store.open_engine = opens
            event.remove(Engine, "do_connect", connect)

    def takes_another_writer(self, source: str) -> bool:
        """Tell whether another process could begin to write to a store just now."""
        other = sqlite3.connect(self.file(source), timeout=0, isolation_level=None)
        try:
            other.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        finally:
            other.close()
        return True

    def end(self, source: str) -> int:
        """Return how many events a store holds, as another process finds it."""
        other = sqlite3.connect(self.file(source), timeout=0)
        try:
            found = other.execute("SELECT coalesce(max(position), 0) FROM events").fetchone()
        finally:
            other.close()
        return int(found[0])


@cache
def _engine(url: str, *, durable: bool = True) -> Engine:
    """Open an engine, or the one of an earlier process on that file, which has no connections left.

    It knows the SQL of what was asked before: a seed opens a dozen stores.
    """
    engine = open_engine(url, durable=durable)
    event.listen(engine, "connect", _never_emptied)
    return engine


def _never_emptied(connection: Any, _record: Any) -> None:
    """Let the log only grow until it is closed, so that its length says what is durable."""
    connection.execute("PRAGMA wal_autocheckpoint=0")


_FULL = 2


class _Connection(sqlite3.Connection):
    """A connection of SQLite's whose commits the disk hears of."""

    def __init__(self, disk: Disk, source: str, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self._disk, self._source = disk, source

    def commit(self) -> None:
        if not self.in_transaction:
            return
        durable = self.execute("PRAGMA synchronous").fetchone() == (_FULL,)
        self._disk.committing(self._source)
        super().commit()
        self._disk.committed(self._source, durable=durable)
