"""Tables of batches by site, of doses sent from site to site, and of recalls."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, delete, insert

from shared.kit.contracts import Event
from shared.kit.eventstore import Views, add, change, put

tables = MetaData()
# What each site received, drew, gave, wrote off, sent on and lost of each batch.
batches = Table(
    "site_batches",
    tables,
    Column("site", String, primary_key=True),
    Column("batch", String, primary_key=True),
    Column("product", String),
    Column("per_vial", Integer),
    Column("expiry", String),
    Column("received", Integer, nullable=False),
    Column("drawn", Integer, nullable=False),
    Column("given", Integer, nullable=False),
    Column("wasted", Integer, nullable=False),
    Column("moved", Integer, nullable=False),
    Column("lost", Integer, nullable=False),
    Column("recalled_at", String),
)
# A note of doses that went from one site to another: what was sent, and what arrived where.
transfers = Table(
    "transfers",
    tables,
    Column("from_site", String, primary_key=True),
    Column("note", String, primary_key=True),
    Column("batch", String, primary_key=True),
    Column("to_site", String),
    Column("sent", Integer, nullable=False),
    Column("sent_on", String),
    Column("arrived_at", String),
    Column("arrived", Integer, nullable=False),
    Column("arrived_on", String),
    Column("arrivals", Integer, nullable=False),
    Column("expiry", String),  # as the site says where they arrived
)
recalls = Table(
    "recalls",
    tables,
    Column("batch", String, primary_key=True),
    Column("product", String, primary_key=True),
    Column("reason", String, nullable=False),
    Column("ordered_at", String, nullable=False),
    Column("actor", String, nullable=False),
)
# Batches in quarantine at a site because they look like one that is ordered back: `known`.
held = Table(
    "held_at_sites",
    tables,
    Column("site", String, primary_key=True),
    Column("batch", String, primary_key=True),
    Column("known", String, nullable=False),
)
views = Views(tables)
_NOTHING = {"received": 0, "drawn": 0, "given": 0, "wasted": 0, "moved": 0, "lost": 0}
_OF_BATCH, _OF_NOTE = ("site", "batch"), ("from_site", "note", "batch")
_NO_TRANSFER = {"sent": 0, "arrived": 0, "arrivals": 0}


@views.on("BatchReceived")
def _received(connection: Connection, event: Event) -> None:
    _count(connection, event, received=event.data["doses"])
    row = {name: event.data[name] for name in (*_OF_BATCH, "product", "per_vial", "expiry")}
    change(connection, batches, _OF_BATCH, row)


@views.on("DosesArrived")
def _arrived(connection: Connection, event: Event) -> None:
    _received(connection, event)
    data = event.data
    told = {"arrived_at": data["site"], "arrived_on": data["day"], "expiry": data["expiry"]}
    _note(connection, data | told, {"arrived": data["doses"], "arrivals": 1}, told)


@views.on("DosesSent")
def _sent(connection: Connection, event: Event) -> None:
    data = event.data
    _count(connection, event, moved=data["doses"])
    told = {"to_site": data["to_site"], "sent_on": data["day"]}
    _note(connection, data | {"from_site": data["site"]}, {"sent": data["doses"]}, told)


@views.on("DoseDrawn")
def _drawn(connection: Connection, event: Event) -> None:
    _count(connection, event, drawn=1)


@views.on("DoseAdministered")
def _given(connection: Connection, event: Event) -> None:
    _count(connection, event, given=1)


@views.on("DosesWasted")
def _wasted(connection: Connection, event: Event) -> None:
    _count(connection, event, wasted=event.data["doses"])


@views.on("StockCounted")
def _counted(connection: Connection, event: Event) -> None:
    _count(connection, event, lost=event.data["expected"] - event.data["counted"])


@views.on("BatchRecalled")
def _recalled(connection: Connection, event: Event) -> None:
    row = {name: event.data[name] for name in _OF_BATCH} | {"recalled_at": event.recorded_at}
    change(connection, batches, _OF_BATCH, row)


@views.on("RecallOrdered")
def _ordered(connection: Connection, event: Event) -> None:
    row = event.data | {"ordered_at": event.recorded_at, "actor": event.actor}
    put(connection, recalls, ("batch", "product"), row)


@views.on("BatchQuarantined")
def _held(connection: Connection, event: Event) -> None:
    if event.data["known"]:
        row = {name: event.data[name] for name in (*_OF_BATCH, "known")}
        put(connection, held, _OF_BATCH, row)


@views.on("QuarantineLifted")
def _lifted(connection: Connection, event: Event) -> None:
    data = event.data
    if data["cause"] == "looks_recalled":
        this = held.c.site == data["site"], held.c.batch == data["batch"]
        connection.execute(delete(held).where(*this))


def _count(connection: Connection, event: Event, **more: int) -> None:
    row = {name: event.data[name] for name in _OF_BATCH}
    if not add(connection, batches, _OF_BATCH, row, **more):
        connection.execute(insert(batches), row | _NOTHING | more)


def _note(
    connection: Connection, data: dict[str, Any], more: dict[str, int], told: dict[str, Any]
) -> None:
    """Add to a note, which either site may have told of first."""
    row = {name: data[name] for name in _OF_NOTE}
    if not add(connection, transfers, _OF_NOTE, row, **more):
        connection.execute(insert(transfers), row | _NO_TRANSFER | more)
    change(connection, transfers, _OF_NOTE, row | told)
