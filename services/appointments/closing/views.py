"""Tables of who came on which day, whom screening turned away, packages refused, and what was looked at."""

from __future__ import annotations

from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, delete

from shared.kit.contracts import Event
from shared.kit.eventstore import Views, add, change, put

tables = MetaData()
# Of every day for itself: who did not come may be booked again, and stands there too.
attended = Table(
    "attended",
    tables,
    Column("day", String, primary_key=True),
    Column("resident", String, primary_key=True),
    Column("dose", Integer, primary_key=True),
    Column("unit", String, nullable=False),
    Column("time", String, nullable=False),
    Column("number", Integer),  # the person waited under
    Column("came_at", String),  # null: did not come
    Column("left_at", String),
    Column("early_reason", String),
)
# The last that was found of somebody on a day at a site, unless it let them in.
turned_away = Table(
    "turned_away",
    tables,
    Column("day", String, primary_key=True),
    Column("site", String, primary_key=True),
    Column("resident", String, primary_key=True),
    Column("finding", String, nullable=False),
)
refused = Table(
    "packages_refused",
    tables,
    Column("day", String, primary_key=True),
    Column("trace_code", String, primary_key=True),
    Column("times", Integer, nullable=False),
    Column("used", Integer, nullable=False),
    Column("doses", Integer, nullable=False),
)
notes = Table(
    "review_notes",
    tables,
    Column("day", String, primary_key=True),
    Column("item", String, primary_key=True),
    Column("note", String, nullable=False),
    Column("by", String, nullable=False),
    Column("at", String, nullable=False),
)
views = Views(tables)

_VISIT = ("day", "resident", "dose")
_PERSON = ("day", "site", "resident")


@views.on("ResidentCheckedIn", "NoShowRecorded")
def _came(connection: Connection, event: Event) -> None:
    row = {name: event.data[name] for name in (*_VISIT, "unit", "time")}
    came = event.recorded_at if event.name == "ResidentCheckedIn" else None
    row |= {"number": event.data.get("number"), "came_at": came}
    row |= {"left_at": None, "early_reason": None}
    put(connection, attended, _VISIT, row)


@views.on("ObservationEnded")
def _left(connection: Connection, event: Event) -> None:
    row = {name: event.data[name] for name in (*_VISIT, "early_reason")}
    change(connection, attended, _VISIT, row | {"left_at": event.recorded_at})


@views.on("ResidentDeferred", "ContraindicationFound")
def _turned_away(connection: Connection, event: Event) -> None:
    row = {name: event.data[name] for name in _PERSON}
    finding = "deferred" if event.name == "ResidentDeferred" else "contraindicated"
    put(connection, turned_away, _PERSON, row | {"finding": finding})


@views.on("ResidentCleared")
def _let_in(connection: Connection, event: Event) -> None:
    mine = (turned_away.c[name] == event.data[name] for name in _PERSON)
    connection.execute(delete(turned_away).where(*mine))


@views.on("PackageRefused")
def _refused(connection: Connection, event: Event) -> None:
    row = {name: event.data[name] for name in ("day", "trace_code", "used", "doses")}
    if not add(connection, refused, ("day", "trace_code"), row, times=1):
        connection.execute(refused.insert(), row | {"times": 1})


@views.on("ReviewNoted")
def _noted(connection: Connection, event: Event) -> None:
    row = {name: event.data[name] for name in ("day", "item", "note")}
    put(connection, notes, ("day", "item"), row | {"by": event.actor, "at": event.recorded_at})
