"""Anomalies: everything that was flagged."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Connection, Integer, MetaData, String, Table, insert

from shared.kit.contracts import Event
from shared.kit.eventstore import Prepared, Views, add

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
    Column("product", String, nullable=False),
)
# What each site received, drew from its stock, gave and wrote off.
stock = Table(
    "stock",
    tables,
    Column("site", String, primary_key=True),
    Column("received", Integer, nullable=False),
    Column("drawn", Integer, nullable=False),
    Column("given", Integer, nullable=False),
    Column("wasted", Integer, nullable=False),
)
_DOSE = Prepared(insert(doses))
_NOTHING = {"received": 0, "drawn": 0, "given": 0, "wasted": 0}

views = Views(tables)


@views.on("AnomalyFlagged")
def _flagged(connection: Connection, event: Event) -> None:
    row = {key: event.data[key] for key in ("kind", "subject", "detail")}
    row |= {"position": event.position, "recorded_at": event.recorded_at}
    connection.execute(insert(anomalies), row)


@views.on("DoseAdministered")
def _given(connection: Connection, event: Event) -> None:
    told = {name: event.data[name] for name in ("resident", "site", "dose", "day", "product")}
    _DOSE.run(connection, told | {"source": event.source, "position": event.position})
    row = {name: event.data[name] for name in ("unit", "dose")}
    if not add(connection, given, ("unit", "dose"), row, doses=1):
        connection.execute(insert(given), row | {"doses": 1})
    _count(connection, event, given=1)


@views.on("DoseDrawn")
def _drawn(connection: Connection, event: Event) -> None:
    _count(connection, event, drawn=1)


@views.on("BatchReceived")
def _received(connection: Connection, event: Event) -> None:
    _count(connection, event, received=event.data["doses"])


@views.on("DosesWasted")
def _wasted(connection: Connection, event: Event) -> None:
    _count(connection, event, wasted=event.data["doses"])


def _count(connection: Connection, event: Event, **more: int) -> None:
    row = {"site": event.data["site"]}
    if not add(connection, stock, "site", row, **more):
        connection.execute(insert(stock), row | _NOTHING | more)
