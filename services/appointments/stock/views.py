"""Table of batches: received = used + wasted + left."""

from __future__ import annotations

from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, insert

from shared.kit.contracts import Event
from shared.kit.eventstore import Views, add, change

tables = MetaData()
batches = Table(
    "batches",
    tables,
    Column("batch", String, primary_key=True),
    Column("product", String, nullable=False),
    Column("received", Integer, nullable=False),
    Column("used", Integer, nullable=False),
    Column("wasted", Integer, nullable=False),
    Column("expiry", String, nullable=False),
    Column("recalled", String),
)
views = Views(tables)


@views.on("BatchReceived")
def _received(connection: Connection, event: Event) -> None:
    data = event.data
    row = {key: data[key] for key in ("batch", "product", "expiry")}
    connection.execute(insert(batches), row | {"received": data["doses"], "used": 0, "wasted": 0})


@views.on("DoseDrawn")
def _drawn(connection: Connection, event: Event) -> None:
    add(connection, batches, "batch", event.data, used=1)


@views.on("DosesWasted")
def _wasted(connection: Connection, event: Event) -> None:
    add(connection, batches, "batch", event.data, wasted=event.data["doses"])


@views.on("BatchRecalled")
def _recalled(connection: Connection, event: Event) -> None:
    row = {"batch": event.data["batch"], "recalled": event.data["reason"]}
    change(connection, batches, "batch", row)
