"""Anomalies: everything that was flagged; doses given, and the days on which sites gave any."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    MetaData,
    String,
    Table,
    delete,
    insert,
)

from shared.kit.contracts import Event
from shared.kit.eventstore import Prepared, Views, add, put

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
# Doses given for each unit, by their number.
given = Table(
    "given",
    tables,
    Column("unit", String, primary_key=True),
    Column("dose", Integer, primary_key=True),
    Column("doses", Integer, nullable=False),
)
# Doses by whom they were given to, to tell which are too close.
doses = Table(
    "doses",
    tables,
    Column("source", String, primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("resident", String, nullable=False, index=True),
    Column("site", String, nullable=False),
    Column("dose", Integer, nullable=False),
    Column("day", String, nullable=False),
    Column("given_at", String, nullable=False),
    Column("product", String, nullable=False),
    Column("batch", String, nullable=False),
    Column("trace_code", String, index=True),
)
# Days on which a site vaccinated, and those that it has closed.
vaccinated = Table(
    "vaccinated_days",
    tables,
    Column("site", String, primary_key=True),
    Column("day", String, primary_key=True),
)
closed = Table(
    "closed_days",
    tables,
    Column("site", String, primary_key=True),
    Column("day", String, primary_key=True),
    Column("at", String, nullable=False),
    Column("open", Integer, nullable=False),  # so many points were left open
)
# Temperatures of sites' refrigerators that count, by their days.
readings = Table(
    "fridge_readings",
    tables,
    Column("site", String, primary_key=True),
    Column("fridge", String, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("day", String, nullable=False, index=True),
    Column("read_at", String, nullable=False),
)
_OF_FRIDGE = ("site", "fridge", "number")
_DOSE = Prepared(insert(doses))
_DAY = ("site", "day")
_TOLD = ("resident", "site", "dose", "day", "product", "batch", "trace_code")

views = Views(tables)


@views.on("AnomalyFlagged")
def _flagged(connection: Connection, event: Event) -> None:
    row = {key: event.data[key] for key in ("kind", "subject", "detail")}
    row |= {"position": event.position, "recorded_at": event.recorded_at}
    connection.execute(insert(anomalies), row)


@views.on("DoseAdministered")
def _given(connection: Connection, event: Event) -> None:
    told = {name: event.data[name] for name in _TOLD}
    place = {"source": event.source, "position": event.position, "given_at": event.occurred_at}
    _DOSE.run(connection, told | place)
    row = {name: event.data[name] for name in ("unit", "dose")}
    if not add(connection, given, ("unit", "dose"), row, doses=1):
        connection.execute(insert(given), row | {"doses": 1})
    put(connection, vaccinated, _DAY, {name: event.data[name] for name in _DAY})


@views.on("SessionClosed")
def _closed(connection: Connection, event: Event) -> None:
    row = {name: event.data[name] for name in _DAY}
    row |= {"at": event.recorded_at, "open": len(event.data["open"])}
    put(connection, closed, _DAY, row)


@views.on("SessionReopened")
def _reopened(connection: Connection, event: Event) -> None:
    mine = (closed.c[name] == event.data[name] for name in _DAY)
    connection.execute(delete(closed).where(*mine))


@views.on("FridgeRead")
def _read(connection: Connection, event: Event) -> None:
    row = {name: event.data[name] for name in (*_OF_FRIDGE, "day", "read_at")}
    connection.execute(insert(readings), row)


@views.on("FridgeReadingWithdrawn")
def _withdrawn(connection: Connection, event: Event) -> None:
    this = [readings.c[name] == event.data[name] for name in _OF_FRIDGE]
    connection.execute(delete(readings).where(*this))
