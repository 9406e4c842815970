"""The store's own tables, and the triggers that let the database itself refuse any change."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    DDL,
    BigInteger,
    Column,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    event,
)
from sqlalchemy.ext.compiler import compiles

store_metadata = MetaData()
APPEND_ONLY = "append_only"

# These names are the storage format. `link`: the event's place in the chain of the source
# (`shared.kit.contracts.chain`), beside its bytes.
events = Table(
    "events",
    store_metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("stream", String, nullable=False),
    Column("stream_version", Integer, nullable=False),
    Column("topic", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("link", LargeBinary),
    UniqueConstraint("stream", "stream_version"),
)
# The links of events that were stored before there was a chain: no row of theirs is changed.
links = Table(
    "links_of_events",
    store_metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("link", LargeBinary, nullable=False),
)
snapshots = Table(
    "snapshots",
    store_metadata,
    Column("stream", String, primary_key=True),
    Column("stream_version", Integer, primary_key=True),
    Column("topic", String, nullable=False),
    Column("state", LargeBinary, nullable=False),
)
commands = Table(
    "commands",
    store_metadata,
    Column("key", String, primary_key=True),
    Column("fingerprint", String, nullable=False),
    Column("answer", LargeBinary, nullable=False),
    Column("recorded_at", String, nullable=False),
)
# `position`: what the views hold of a source. `decided`: up to where policies have run, which a
# rebuild of the views must not repeat; less than `position`, if the views hold what does not count
# any more. `link` is `decided`, and the chain's link there (null: not known yet).
positions = Table(
    "positions",
    store_metadata,
    Column("source", String, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("decided", BigInteger, nullable=False),
    Column("link", LargeBinary),
)
# Histories that an operator has accepted: this store's own source's, and those of sources it follows.
generations = Table(
    "generations",
    store_metadata,
    Column("source", String, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("fork", BigInteger, nullable=False),
    Column("after", BigInteger, nullable=False),
    Column("link", LargeBinary, nullable=False),
)
relay = Table(
    "relay",
    store_metadata,
    Column("id", Integer, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("beat_at", String, nullable=False),
)
# What the processes of one part tell each other (`shared.kit.eventstore.told`).
told = Table(
    "told",
    store_metadata,
    Column("name", String, primary_key=True),
    Column("said", String, nullable=False),
)

_SQLITE = """
CREATE TRIGGER IF NOT EXISTS {table}_refuses_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only: {verb} refused'); END
"""
_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION {table}_is_append_only() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION '{table} is append-only: %% refused', TG_OP; END
$$ LANGUAGE plpgsql
"""
_POSTGRES_TRIGGER = """
CREATE OR REPLACE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_append_only()
"""


def append_only(table: Table) -> Table:
    """Let the database refuse UPDATE, DELETE and (PostgreSQL) TRUNCATE on the table."""
    for verb in ("UPDATE", "DELETE"):
        ddl = DDL(_SQLITE.format(table=table.name, verb=verb)).execute_if(dialect="sqlite")
        event.listen(table, "after_create", ddl)
    table.info[APPEND_ONLY] = True
    for template in (_POSTGRES_FUNCTION, _POSTGRES_TRIGGER):
        ddl = DDL(template.format(table=table.name)).execute_if(dialect="postgresql")
        event.listen(table, "after_create", ddl)
    return table


@compiles(BigInteger, "sqlite")
def _(element: BigInteger, compiler: Any, **_: Any) -> str:
    """Name SQLite's one type of whole numbers: of another name a key would have an index of its own."""
    del element, compiler
    return "INTEGER"


append_only(events)
append_only(links)
append_only(generations)
