"""Read models of the campaign and its units: who stands for each, and its site from when on.

Only registration's own events feed them.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    insert,
    update,
)

from shared.kit.contracts import Event
from shared.kit.eventstore import Views

tables = MetaData()
campaign = Table(
    "campaign",
    tables,
    Column("name_zh", String, nullable=False),
    Column("name_en", String, nullable=False),
    Column("start", String, nullable=False),
    Column("end", String, nullable=False),
    Column("first_dose_cutoff", String, nullable=False),
    Column("population", Integer, nullable=False),
    Column("head_count_target", Integer, nullable=False),
    Column("coverage_target", Float, nullable=False),
)
units = Table(
    "units",
    tables,
    Column("unit", String, primary_key=True),
    Column("listed", BigInteger, nullable=False),
    Column("kind", String, nullable=False),
    Column("name_zh", String, nullable=False),
    Column("name_en", String, nullable=False),
    Column("target", Integer, nullable=False),
)


def _history(name: str, *columns: Column[Any]) -> Table:
    """A table with one row an event, which says what holds from a day on, and who said so."""
    return Table(
        name,
        tables,
        Column("position", BigInteger, primary_key=True, autoincrement=False),
        Column("unit", String, nullable=False, index=True),
        *columns,
        Column("since", String, nullable=False),
        Column("at", String, nullable=False),
        Column("actor", String, nullable=False),
    )


officers = _history(
    "officers", Column("chief", String), Column("clerk", String), Column("contact_leader", String)
)
dockings = _history("dockings", Column("site", String, nullable=False))

views = Views(tables)


@views.on("CampaignOpened")
def _opened(connection: Connection, event: Event) -> None:
    connection.execute(insert(campaign), event.data)


@views.on("UnitListed")
def _listed(connection: Connection, event: Event) -> None:
    connection.execute(insert(units), event.data | {"listed": event.position, "target": 0})


@views.on("TargetSet")
def _target_set(connection: Connection, event: Event) -> None:
    at_unit = units.c.unit == event.data["unit"]
    connection.execute(update(units).where(at_unit).values(target=event.data["target"]))


@views.on("UnitDocked")
def _docked(connection: Connection, event: Event) -> None:
    connection.execute(insert(dockings), event.data | _recorded(event))


@views.on("UnitOfficersNamed")
def _officers_named(connection: Connection, event: Event) -> None:
    connection.execute(insert(officers), event.data | _recorded(event))


def _recorded(event: Event) -> dict[str, object]:
    return {"position": event.position, "at": event.recorded_at, "actor": event.actor}
