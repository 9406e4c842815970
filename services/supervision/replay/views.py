"""Links between records and their undoing, with when they were recorded: as of any day."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Connection, MetaData, String, Table, insert

from shared.kit.contracts import Event
from shared.kit.eventstore import Views

tables = MetaData()
merges = Table(
    "merges",
    tables,
    Column("source", String, primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("event", String, nullable=False),
    Column("resident", String, nullable=False),
    Column("into", String, nullable=False),
    Column("recorded_at", String, nullable=False),
)

views = Views(tables)


@views.on("ResidentsMerged", "MergeUndone")
def _linked(connection: Connection, event: Event) -> None:
    row = {
        "source": event.source,
        "position": event.position,
        "event": event.name,
        "resident": event.data["resident"],
        "into": event.data["into"],
        "recorded_at": event.recorded_at,
    }
    connection.execute(insert(merges), row)
