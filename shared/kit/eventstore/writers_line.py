"""The line of processes that wait to write in one SQLite file: nobody stands still in it, each has its turn.

SQLite lets a process wait inside a call of the C library, where all its green threads wait with it,
and whoever comes back first gets the lock: a process that writes one transaction after the other
would keep it for ever. So here a process tries again by itself, says meanwhile that it waits (a lock
on a file beside the database, which ends with the process), and whoever has written before lets it
in. PostgreSQL has such a line of its own.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from shared.kit.eventstore.lock_files import open_lock_file
from shared.kit.eventstore.prepared import drive

PATIENCE_SECONDS = 20.0
TRY_SECONDS = 0.001
GIVE_WAY_SECONDS = 0.003  # in which whoever waits tries at least once


class WritersLine:
    """Those who wait to write in one database file, in this and in other processes."""

    def __init__(self, database: str) -> None:
        """Say so in a file beside the database, made when somebody waits for the first time."""
        self._database = database
        self._file = f"{database}.writers-lock"

    def begin(self, connection: Connection, waits: str) -> None:
        """Begin a transaction that excludes all other writers.

        `waits` is the setting by which the connection waits for anything else. Raises
        `OperationalError` if it takes too long.
        """
        if self._somebody_waits():
            time.sleep(GIVE_WAY_SECONDS)
        drive(connection, "PRAGMA busy_timeout=0")
        try:
            if not _began(connection):
                with self._waiting():
                    self._try_again(connection)
        finally:
            drive(connection, waits)

    def _try_again(self, connection: Connection) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            time.sleep(TRY_SECONDS)
            if _began(connection):
                return
        drive(connection, "BEGIN IMMEDIATE")

    @contextmanager
    def _waiting(self) -> Iterator[None]:
        """Say it as far as that can be said: who cannot waits all the same, and longer perhaps."""
        with ExitStack() as said:
            with suppress(OSError):  # no descriptor left, a full disk, a file of another owner
                file = open_lock_file(self._database, "writers")
                said.callback(os.close, file)
                # Never refused for longer than it takes to look whether somebody waits.
                fcntl.flock(file, fcntl.LOCK_SH)
            yield

    def _somebody_waits(self) -> bool:
        try:
            file = os.open(self._file, os.O_RDWR)
        except OSError:  # nobody has ever waited, or the disk is only read: then nobody writes
            return False
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:  # no locks on this disk: nobody can say it
            return False
        else:
            return False
        finally:
            os.close(file)


def _began(connection: Connection) -> bool:
    """Try to begin; False if somebody else writes."""
    try:
        drive(connection, "BEGIN IMMEDIATE")
    except OperationalError as error:
        if getattr(error.orig, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
            return False
        raise
    return True
