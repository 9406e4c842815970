"""Table with one row: received = used + wasted + lost + left."""

from __future__ import annotations

from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, insert

from shared.kit.contracts import Event
from shared.kit.eventstore import Views, add, change

tables = MetaData()
syringes = Table(
    "syringes",
    tables,
    Column("site", String, primary_key=True),
    Column("received", Integer, nullable=False),
    Column("used", Integer, nullable=False),
    Column("wasted", Integer, nullable=False),
    Column("lost", Integer, nullable=False),
    Column("said", Integer, nullable=False),  # how often something was said of syringes
    Column("counted", String),  # the day they were counted last
)
views = Views(tables)
_NOTHING = {"received": 0, "used": 0, "wasted": 0, "lost": 0, "said": 0}


@views.on("DoseAdministered")
def _used(connection: Connection, event: Event) -> None:
    _add(connection, event, used=1)


@views.on("SyringesReceived")
def _received(connection: Connection, event: Event) -> None:
    _add(connection, event, received=event.data["syringes"], said=1)


@views.on("SyringesWasted")
def _wasted(connection: Connection, event: Event) -> None:
    _add(connection, event, wasted=event.data["syringes"], said=1)


@views.on("SyringesCounted")
def _counted(connection: Connection, event: Event) -> None:
    data = event.data
    _add(connection, event, lost=data["expected"] - data["counted"], said=1)
    change(connection, syringes, "site", {"site": data["site"], "counted": data["day"]})


def _add(connection: Connection, event: Event, **more: int) -> None:
    row = {"site": event.data["site"]}
    if not add(connection, syringes, "site", row, **more):
        connection.execute(insert(syringes), row | _NOTHING | more)
