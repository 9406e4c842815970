"""Anomalies: everything that was flagged."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Connection, MetaData, String, Table, insert

from shared.kit.contracts import Event
from shared.kit.eventstore import Views

tables = MetaData()
anomalies = Table(
    "anomalies",
    tables,
    Column("kind", String, primary_key=True),
    Column("subject", String, primary_key=True),
    Column("position", BigInteger, nullable=False, index=True),
    Column("detail", String, nullable=False),
    Column("recorded_at", String, nullable=False),
)

views = Views(tables)


@views.on("AnomalyFlagged")
def _flagged(connection: Connection, event: Event) -> None:
    row = {key: event.data[key] for key in ("kind", "subject", "detail")}
    row |= {"position": event.position, "recorded_at": event.recorded_at}
    connection.execute(insert(anomalies), row)
