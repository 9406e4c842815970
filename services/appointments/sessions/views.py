"""Tables of sessions and of their slots with the places taken."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    insert,
    update,
)

from shared.kit.contracts import Event
from shared.kit.eventstore import Prepared, Views

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

_HOLD = Prepared(
    update(slots)
    .where(slots.c.day == bindparam("on_day"), slots.c.time == bindparam("at_time"))
    .values(taken=slots.c.taken + bindparam("step"))
)


@views.on("SessionOpened")
def _session(connection: Connection, event: Event) -> None:
    head = {"day": event.data["day"], "product": event.data["product"]}
    connection.execute(insert(sessions), head)
    rows = [head | slot | {"taken": 0} for slot in event.data["slots"]]
    connection.execute(insert(slots), rows)


@views.on("SlotTaken", "SlotReleased")
def _slot(connection: Connection, event: Event) -> None:
    step = 1 if event.name == "SlotTaken" else -1
    place = {"on_day": event.data["day"], "at_time": event.data["time"], "step": step}
    _HOLD.run(connection, place)
