"""Table of batches: received = used + wasted + moved + lost + left; and what is ordered back."""

from __future__ import annotations

from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, insert

from shared.kit.contracts import Event
from shared.kit.eventstore import Views, add, change, put

tables = MetaData()
batches = Table(
    "batches",
    tables,
    Column("batch", String, primary_key=True),
    Column("product", String, nullable=False),
    Column("received", Integer, nullable=False),
    Column("used", Integer, nullable=False),
    Column("wasted", Integer, nullable=False),
    Column("moved", Integer, nullable=False),
    Column("lost", Integer, nullable=False),
    Column("expiry", String, nullable=False),
    Column("per_vial", Integer, nullable=False),
    Column("counted", String),  # the day it was counted last
    Column("recalled", String),
)
# Batches that all sites are to recall, whether or not they are here.
ordered = Table(
    "ordered_back",
    tables,
    Column("batch", String, primary_key=True),
    Column("product", String, primary_key=True),
    Column("reason", String, nullable=False),
)
views = Views(tables)
_NOTHING = {"received": 0, "used": 0, "wasted": 0, "moved": 0, "lost": 0}


@views.on("BatchReceived", "DosesArrived")
def _received(connection: Connection, event: Event) -> None:
    data = event.data
    if add(connection, batches, "batch", data, received=data["doses"]):
        row = {"batch": data["batch"], "per_vial": data["per_vial"]}
        change(connection, batches, "batch", row)
        return
    row = {key: data[key] for key in ("batch", "product", "expiry", "per_vial")}
    connection.execute(insert(batches), _NOTHING | row | {"received": data["doses"]})


@views.on("DoseDrawn")
def _drawn(connection: Connection, event: Event) -> None:
    add(connection, batches, "batch", event.data, used=1)


@views.on("DosesWasted")
def _wasted(connection: Connection, event: Event) -> None:
    add(connection, batches, "batch", event.data, wasted=event.data["doses"])


@views.on("DosesSent")
def _sent(connection: Connection, event: Event) -> None:
    add(connection, batches, "batch", event.data, moved=event.data["doses"])


@views.on("StockCounted")
def _counted(connection: Connection, event: Event) -> None:
    data = event.data
    add(connection, batches, "batch", data, lost=data["expected"] - data["counted"])
    change(connection, batches, "batch", {"batch": data["batch"], "counted": data["day"]})


@views.on("BatchRecalled")
def _recalled(connection: Connection, event: Event) -> None:
    row = {"batch": event.data["batch"], "recalled": event.data["reason"]}
    change(connection, batches, "batch", row)


@views.on("RecallOrdered")
def _ordered(connection: Connection, event: Event) -> None:
    put(connection, ordered, ("batch", "product"), event.data)
