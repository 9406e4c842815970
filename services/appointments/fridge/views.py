"""Table of the refrigerators' readings; one withdrawn keeps its reason."""

from __future__ import annotations

from sqlalchemy import Column, Connection, Float, Integer, MetaData, String, Table, insert

from shared.kit.contracts import Event
from shared.kit.eventstore import Views, change

tables = MetaData()
readings = Table(
    "fridge_readings",
    tables,
    Column("fridge", String, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("day", String, nullable=False, index=True),
    Column("celsius", Float, nullable=False),
    Column("read_at", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("withdrawn", String),
)
views = Views(tables)
_TOLD = ("fridge", "number", "day", "celsius", "read_at")


@views.on("FridgeRead")
def _read(connection: Connection, event: Event) -> None:
    row = {name: event.data[name] for name in _TOLD} | {"actor": event.actor, "withdrawn": None}
    connection.execute(insert(readings), row)


@views.on("FridgeReadingWithdrawn")
def _withdrawn(connection: Connection, event: Event) -> None:
    row = {name: event.data[name] for name in ("fridge", "number")}
    row["withdrawn"] = event.data["reason"]
    change(connection, readings, ("fridge", "number"), row)
