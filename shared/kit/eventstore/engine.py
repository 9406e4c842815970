"""How a store's database is opened: SQLite as a durable WAL file, PostgreSQL as it is."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InternalError, OperationalError

from shared.kit.eventstore.prepared import drive
from shared.kit.eventstore.writers_line import WritersLine

# A commit writes every page that it has changed into the log; a log that is as long is emptied,
# each page once (ADR 0025).
PAGE_BYTES = 1024
LOG_BYTES = 32 << 20
SQLITE_BUSY = "PRAGMA busy_timeout=20000"
SQLITE_SETTINGS = (
    f"PRAGMA page_size={PAGE_BYTES}",  # of a new file; one that is there keeps its own
    "PRAGMA journal_mode=WAL",
    SQLITE_BUSY,
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",  # a deleted key is overwritten
)
WRITES = "vaxledger_writes"
# What a database says that cannot be reached, is full, or (PostgreSQL: "internal") only to be read.
UNAVAILABLE = (OperationalError, InternalError)


def open_engine(url: str, *, durable: bool = True) -> Engine:
    """Return an engine for `sqlite:///file` or `postgresql+psycopg://…`.

    On SQLite every transaction begins explicitly, and one marked with the execution option
    `WRITES` takes the write lock at its beginning, so that it never has to be upgraded. Commits
    of an engine that is not `durable` survive the death of the process at once, and a loss of
    power only after the next durable commit; they are never half there. What goes wrong is said
    without the values of a statement, which may be a person's.
    """
    if make_url(url).get_backend_name() != "sqlite":
        engine = create_engine(
            url, pool_size=5, max_overflow=5, pool_pre_ping=True, hide_parameters=True
        )
        if not durable:
            event.listen(engine, "begin", _commit_lazily)
        return engine
    database = make_url(url).database
    _keep_private(database)
    line = WritersLine(str(database))
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=5,
        max_overflow=50,
        hide_parameters=True,
        connect_args={"check_same_thread": False, "cached_statements": 500},
    )

    def connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for setting in SQLITE_SETTINGS:
            connection.execute(setting)
        [page_bytes] = connection.execute("PRAGMA page_size").fetchone()
        connection.execute(f"PRAGMA wal_autocheckpoint={LOG_BYTES // page_bytes}")
        connection.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")

    def begun(connection: Connection) -> None:
        if connection.get_execution_options().get(WRITES, False):
            line.begin(connection, SQLITE_BUSY)
        else:
            drive(connection, "BEGIN")

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begun)
    return engine


def open_to_read(url: str) -> Engine:
    """Return an engine that changes nothing, whatever is asked of it, for a process that only reads."""
    if make_url(url).get_backend_name() != "sqlite":
        reading = {"options": "-c default_transaction_read_only=on"}
        return create_engine(url, pool_pre_ping=True, hide_parameters=True, connect_args=reading)
    file = f"file:{quote(make_url(url).database or '')}"
    address = URL.create("sqlite", database=file, query={"mode": "ro", "uri": "true"})
    engine = create_engine(address, hide_parameters=True)

    def connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        connection.execute(SQLITE_BUSY)

    def begun(connection: Connection) -> None:
        drive(connection, "BEGIN")

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begun)
    return engine


def _keep_private(database: str | None) -> None:
    """Let nobody but its owner read a database file; what SQLite puts beside it is as private."""
    if database and database != ":memory:":
        # Another owner's file, or a disk that is only read, says so itself when it is opened.
        with suppress(OSError):
            file = Path(database)
            file.touch(mode=0o600)
            file.chmod(0o600)


def _commit_lazily(connection: Connection) -> None:
    connection.exec_driver_sql("SET LOCAL synchronous_commit TO OFF")


def truncate_wal(engine: Engine) -> bool:
    """Empty SQLite's write-ahead log; False while somebody reads it."""
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("PRAGMA busy_timeout=0")
        busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        cursor.execute(SQLITE_BUSY)
    finally:
        raw.close()
    return not busy
