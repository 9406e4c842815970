"""Which weeks are published, and when."""

from __future__ import annotations

from sqlalchemy import Column, Connection, MetaData, String, Table, insert

from shared.kit.contracts import Event
from shared.kit.eventstore import Views

tables = MetaData()
reports = Table(
    "reports",
    tables,
    Column("week", String, primary_key=True),
    Column("recorded_at", String, nullable=False),
    Column("event_id", String, nullable=False),
)
views = Views(tables)


@views.on("WeeklyProgressPublished")
def _published(connection: Connection, event: Event) -> None:
    row = {"week": event.data["week"], "recorded_at": event.recorded_at, "event_id": event.id}
    connection.execute(insert(reports), row)
