"""Read models of who stands for a unit and where its people go, and of what is booked where.

Own events feed `officers`, `dockings`, `moves` and `rebookings`; what the sites say feeds
`bookings` and `refusals` only, so that the order in which the sources arrive does not matter.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    String,
    Table,
    delete,
    func,
    insert,
    select,
)

from services.registration.views import tables, units, views
from shared.kit.contracts import Event
from shared.kit.eventstore import put


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
moves = Table(
    "moves",
    tables,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("unit", String, nullable=False, index=True),
    Column("from_site", String, nullable=False),
    Column("to_site", String, nullable=False),
    Column("from_day", String, nullable=False),
    Column("at", String, nullable=False),
    Column("actor", String, nullable=False),
)
rebookings = Table(
    "rebookings",
    tables,
    Column("resident", String, primary_key=True),
    Column("unit", String, nullable=False, index=True),
    Column("site", String, nullable=False),
    Column("day", String, nullable=False),
    Column("asked", BigInteger, nullable=False),
)
bookings = Table(
    "bookings",
    tables,
    Column("resident", String, primary_key=True),
    Column("dose", Integer, primary_key=True),
    Column("site", String, primary_key=True),
    Column("day", String, nullable=False),
    Column("status", String, nullable=False),
    Column("reason", String),
    Index("bookings_at_site", "site", "day"),
)
refusals = Table(
    "refusals",
    tables,
    Column("resident", String, primary_key=True),
    Column("site", String, primary_key=True),
    Column("day", String, nullable=False),
    Column("reason", String, nullable=False),
)


def site_on(day: str) -> ColumnElement[str | None]:
    """Return the site of a row of `units` on a day, as a column: the latest that has begun.

    Before the first docking begins, it is that one's.
    """
    at = dockings.c
    mine = select(at.site).where(at.unit == units.c.unit).limit(1).correlate(units)
    begun = mine.where(at.since <= day).order_by(at.since.desc(), at.position.desc())
    first = mine.order_by(at.since, at.position.desc())
    return func.coalesce(begun.scalar_subquery(), first.scalar_subquery())


@views.on("UnitDocked")
def _(connection: Connection, event: Event) -> None:
    connection.execute(insert(dockings), event.data | _told(event))


@views.on("UnitOfficersNamed")
def _(connection: Connection, event: Event) -> None:
    connection.execute(insert(officers), event.data | _told(event))


@views.on("BookingsMoveOrdered")
def _(connection: Connection, event: Event) -> None:
    connection.execute(insert(moves), event.data | _told(event))


def _told(event: Event) -> dict[str, Any]:
    return {"position": event.position, "at": event.recorded_at, "actor": event.actor}


@views.on("RebookingAsked")
def _(connection: Connection, event: Event) -> None:
    asked = rebookings.c.resident == event.data["resident"]
    connection.execute(delete(rebookings).where(asked))
    connection.execute(insert(rebookings), event.data | {"asked": event.position})


# What the sites say

_STATUS = {
    "AppointmentBooked": "booked",
    "AppointmentMoved": "booked",
    "AppointmentCancelled": "cancelled",
    "NoShowRecorded": "no_show",
    "ResidentCheckedIn": "waiting",
    "DoseAdministered": "vaccinated",
}
# Standing, and standing or begun.
LIVE = ("booked", "waiting")
BEGUN = ("waiting", "vaccinated")


@views.on(*_STATUS)
def _(connection: Connection, event: Event) -> None:
    data, status = event.data, _STATUS[event.name]
    row = {name: data[name] for name in ("resident", "dose", "site", "day")}
    row |= {"status": status, "reason": data.get("reason")}
    put(connection, bookings, ("resident", "dose", "site"), row)


@views.on("AppointmentRefused")
def _(connection: Connection, event: Event) -> None:
    at, data = refusals.c, event.data
    mine = (at.resident == data["resident"]) & (at.site == data["site"])
    connection.execute(delete(refusals).where(mine))
    connection.execute(insert(refusals), {n: v for n, v in data.items() if n != "unit"})
