"""Tables of sessions and of their slots with the places taken."""

from __future__ import annotations

from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, insert

from shared.kit.contracts import Event
from shared.kit.eventstore import Views, add

tables = MetaData()
sessions = Table(
    "sessions",
    tables,
    Column("day", String, primary_key=True),
    Column("product", String, nullable=False),
)
slots = Table(
    "slots",
    tables,
    Column("day", String, primary_key=True),
    Column("time", String, primary_key=True),
    Column("product", String, nullable=False),
    Column("capacity", Integer, nullable=False),
    Column("taken", Integer, nullable=False),
)
views = Views(tables)


@views.on("SessionOpened")
def _session(connection: Connection, event: Event) -> None:
    head = {"day": event.data["day"], "product": event.data["product"]}
    connection.execute(insert(sessions), head)
    rows = [head | slot | {"taken": 0} for slot in event.data["slots"]]
    connection.execute(insert(slots), rows)


@views.on("SlotTaken", "SlotReleased")
def _slot(connection: Connection, event: Event) -> None:
    step = 1 if event.name == "SlotTaken" else -1
    add(connection, slots, ("day", "time"), event.data, taken=step)
