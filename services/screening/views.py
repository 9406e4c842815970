"""What screening's pages show: everyone registered, and how their screening stands."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Column, Connection, MetaData, String, Table, delete, insert, update

from shared.contracts import Event
from shared.eventstore import Views, put, put_all

tables = MetaData()

# Fed by registration.
residents = Table(
    "residents",
    tables,
    Column("resident", String, primary_key=True),
    Column("unit", String, nullable=False, index=True),
    Column("cohort", String, nullable=False),
    Column("sex", String, nullable=False),
    Column("birth_date", String, nullable=False),
    Column("identity", String, nullable=False),  # "" when the person is erased
)
# The sites a unit's people go to, or went to: a course goes on where it began.
dockings = Table(
    "dockings",
    tables,
    Column("unit", String, primary_key=True),
    Column("since", String, primary_key=True),
    Column("site", String, nullable=False),
)
# Fed by screening itself.
standings = Table(
    "standings",
    tables,
    Column("resident", String, primary_key=True),
    Column("status", String, nullable=False, index=True),
    Column("reasons", String, nullable=False),
    Column("day", String, nullable=False, index=True),
    Column("until", String),
    Column("site", String, nullable=False),
)
screenings = Table(
    "screenings",
    tables,
    Column("position", String, primary_key=True),
    Column("resident", String, nullable=False, index=True),
    Column("status", String, nullable=False),
    Column("reasons", String, nullable=False),
    Column("day", String, nullable=False),
    Column("until", String),
    Column("site", String, nullable=False),
    Column("recorded_at", String, nullable=False),
    Column("actor", String, nullable=False),
)

views = Views(tables)

STATUS = {
    "ResidentCleared": "cleared",
    "ResidentDeferred": "deferred",
    "ContraindicationFound": "contraindicated",
    "ClearanceWithdrawn": "withdrawn",
}


@views.on_run("ResidentRegistered", "ResidentCorrected")
def _resident(connection: Connection, events: Sequence[Event]) -> None:
    wanted = ("resident", "unit", "cohort", "sex", "birth_date")
    rows = [
        {name: event.data[name] for name in wanted} | {"identity": event.sealed("identity")}
        for event in events
    ]
    put_all(connection, residents, "resident", rows)


@views.on("UnitDocked")
def _docked(connection: Connection, event: Event) -> None:
    at, data = dockings.c, event.data
    same_day = (at.unit == data["unit"]) & (at.since == data["since"])
    connection.execute(delete(dockings).where(same_day))
    connection.execute(insert(dockings), data)


@views.on("ResidentErased")
def _erased(connection: Connection, event: Event) -> None:
    found = residents.c.resident == event.data["resident"]
    connection.execute(update(residents).where(found).values(identity=""))


@views.on(*STATUS)
def _screened(connection: Connection, event: Event) -> None:
    data = event.data
    row = {
        "resident": data["resident"],
        "status": STATUS[event.name],
        "reasons": ",".join(data.get("reasons", [])) or data.get("reason", ""),
        "day": data["day"],
        "until": data.get("until") or data.get("valid_until"),
        "site": data["site"],
    }
    put(connection, standings, "resident", row)
    entry = {"position": event.id, "recorded_at": event.recorded_at, "actor": event.actor}
    connection.execute(insert(screenings), row | entry)
