"""Table of first doses that were booked after the cut-off, with the reason and who allowed it."""

from __future__ import annotations

from sqlalchemy import Column, Connection, MetaData, String, Table

from shared.kit.contracts import Event
from shared.kit.eventstore import Views, put

tables = MetaData()
overrides = Table(
    "overrides",
    tables,
    Column("resident", String, primary_key=True),
    Column("unit", String, nullable=False),
    Column("day", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("booked_at", String, nullable=False),
)
views = Views(tables)


@views.on("AppointmentBooked")
def _booked(connection: Connection, event: Event) -> None:
    if event.data["override"] is not None:
        row = {name: event.data[name] for name in ("resident", "unit", "day")}
        row |= {"reason": event.data["override"], "actor": event.actor}
        put(connection, overrides, "resident", row | {"booked_at": event.recorded_at})
