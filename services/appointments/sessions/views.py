"""Tables of sessions, of their slots with the places taken, and of days that are closed."""

from __future__ import annotations

from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, delete, insert

from shared.kit.contracts import Event
from shared.kit.eventstore import Views, add, put

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
closed = Table(
    "closed_days",
    tables,
    Column("day", String, primary_key=True),
    Column("by", String, nullable=False),
    Column("at", String, nullable=False),
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


@views.on("SessionClosed")
def _closed(connection: Connection, event: Event) -> None:
    row = {"day": event.data["day"], "by": event.actor, "at": event.recorded_at}
    put(connection, closed, "day", row)


@views.on("SessionReopened")
def _reopened(connection: Connection, event: Event) -> None:
    connection.execute(delete(closed).where(closed.c.day == event.data["day"]))
