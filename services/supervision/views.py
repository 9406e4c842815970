"""The ledger, which is kept for ever, and the one view beside it."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    insert,
)

from shared.contracts import Event
from shared.eventstore import Views, append_only

kept = MetaData()
tables = MetaData()

# These names are the storage format. An entry is written once and never changed (triggers).
ledger = append_only(
    Table(
        "ledger",
        kept,
        Column("entry", BigInteger, primary_key=True, autoincrement=False),
        Column("source", String, nullable=False),
        Column("position", BigInteger, nullable=False),
        Column("name", String, nullable=False, index=True),
        Column("resident", String, index=True),
        Column("unit", String, index=True),
        Column("recorded_at", String, nullable=False),
        Column("body", LargeBinary, nullable=False),
        Column("hash", String, nullable=False),
        UniqueConstraint("source", "position"),
    )
)
anomalies = Table(
    "anomalies",
    tables,
    Column("kind", String, primary_key=True),
    Column("subject", String, primary_key=True),
    Column("detail", String, nullable=False),
    Column("recorded_at", String, nullable=False),
)

views = Views(tables, kept)


@views.on("AnomalyFlagged")
def _flagged(connection: Connection, event: Event) -> None:
    if not _known(connection, event):
        row = {key: event.data[key] for key in ("kind", "subject", "detail")}
        connection.execute(insert(anomalies), row | {"recorded_at": event.recorded_at})


def _known(connection: Connection, event: Event) -> bool:
    """Supervision hears its own events twice: when it says them, and from its own queue."""
    at = anomalies.c
    found = anomalies.select().where(
        at.kind == event.data["kind"], at.subject == event.data["subject"]
    )
    return connection.execute(found).first() is not None
