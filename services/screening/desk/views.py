"""Every screening of every record, as the page of a resident tells its history."""

from __future__ import annotations

from sqlalchemy import Column, Connection, MetaData, String, Table, insert

from shared.kit.contracts import Event
from shared.kit.eventstore import Prepared, Views
from shared.town.mirrors.findings import STATUS, facts_of

tables = MetaData()
screenings = Table(
    "screenings",
    tables,
    Column("position", String, primary_key=True),
    Column("resident", String, nullable=False, index=True),
    Column("status", String, nullable=False),
    Column("reasons", String, nullable=False),
    Column("day", String, nullable=False),
    Column("until", String),
    Column("site", String, nullable=False),
    Column("recorded_at", String, nullable=False),
    Column("actor", String, nullable=False),
)
views = Views(tables)

_RECORD = Prepared(insert(screenings))


@views.on(*STATUS)
def _screened(connection: Connection, event: Event) -> None:
    entry = {"position": event.id, "recorded_at": event.recorded_at, "actor": event.actor}
    _RECORD.run(connection, facts_of(event) | entry)
