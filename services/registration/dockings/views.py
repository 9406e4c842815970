"""Read models of bookings that follow a unit to another site, and of what is booked where.

Own events feed `moves` and `rebookings`; what the sites say feeds `bookings` and `refusals` only,
so that the order in which the sources arrive does not matter.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    insert,
)

from shared.kit.contracts import Event
from shared.kit.eventstore import Views, put

tables = MetaData()
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

views = Views(tables)


@views.on("BookingsMoveOrdered")
def _ordered(connection: Connection, event: Event) -> None:
    recorded = {"position": event.position, "at": event.recorded_at, "actor": event.actor}
    connection.execute(insert(moves), event.data | recorded)


@views.on("RebookingAsked")
def _asked(connection: Connection, event: Event) -> None:
    put(connection, rebookings, "resident", event.data | {"asked": event.position})


# What the sites say

_STATUS = {
    "AppointmentBooked": "booked",
    "AppointmentMoved": "booked",
    "AppointmentCancelled": "cancelled",
    "NoShowRecorded": "no_show",
    "ResidentCheckedIn": "waiting",
    "DoseAdministered": "vaccinated",
}
# Still to come, and begun.
LIVE = ("booked", "waiting")
BEGUN = ("waiting", "vaccinated")


@views.on(*_STATUS)
def _booked(connection: Connection, event: Event) -> None:
    data, status = event.data, _STATUS[event.name]
    row = {name: data[name] for name in ("resident", "dose", "site", "day")}
    row |= {"status": status, "reason": data.get("reason")}
    put(connection, bookings, ("resident", "dose", "site"), row)


@views.on("AppointmentRefused")
def _refused(connection: Connection, event: Event) -> None:
    row = {name: event.data[name] for name in ("resident", "site", "day", "reason")}
    put(connection, refusals, ("resident", "site"), row)
