"""Read models of bookings that follow a unit to another site, and of what is booked where.

Own events feed `moves` and `rebookings`; what the sites say feeds `bookings` and `refusals` only,
so that the order in which the sources arrive does not matter. `unbooked` follows from both: who was
to be booked again and has not been, so that nobody looks through all bookings for the few of them.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    MetaData,
    String,
    Table,
    and_,
    bindparam,
    delete,
    exists,
    insert,
    or_,
    select,
)

from shared.kit.contracts import Event
from shared.kit.eventstore import Prepared, Views, put
from shared.town.contracts.appointments import REDOCKED, SENT_ON

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
)
refusals = Table(
    "refusals",
    tables,
    Column("resident", String, primary_key=True),
    Column("site", String, primary_key=True),
    Column("day", String, nullable=False),
    Column("reason", String, nullable=False),
)

# Every site that somebody was ever sent to alone.
ever_sent = Table(
    "ever_sent",
    tables,
    Column("resident", String, primary_key=True),
    Column("site", String, primary_key=True),
)
unbooked = Table("unbooked", tables, Column("resident", String, primary_key=True))

views = Views(tables)

_taken_back = and_(
    bookings.c.status == "cancelled",
    or_(bookings.c.reason == REDOCKED, bookings.c.reason == SENT_ON),
)
_ever_sent_on = exists().where(ever_sent.c.resident == rebookings.c.resident)
# Whatever came after a booking that was taken back: a new one, however it went on. Who was sent on
# may have had none, so of them only the site that has them is looked at.
_booked_since = exists().where(
    bookings.c.resident == rebookings.c.resident,
    bookings.c.dose == 1,
    ~_taken_back,
    or_(~_ever_sent_on, bookings.c.site == rebookings.c.site),
)
_WAITS = Prepared(
    select(rebookings.c.resident).where(rebookings.c.resident == bindparam("who"), ~_booked_since)
)
_KNOWN = Prepared(select(unbooked.c.resident).where(unbooked.c.resident == bindparam("who")))
_WAIT = Prepared(insert(unbooked))
_WAIT_NO_MORE = Prepared(delete(unbooked).where(unbooked.c.resident == bindparam("who")))


@views.on("BookingsMoveOrdered")
def _ordered(connection: Connection, event: Event) -> None:
    recorded = {"position": event.position, "at": event.recorded_at, "actor": event.actor}
    connection.execute(insert(moves), event.data | recorded)


@views.on("RebookingAsked")
def _asked(connection: Connection, event: Event) -> None:
    put(connection, rebookings, "resident", event.data | {"asked": event.position})
    _look_who_waits(connection, event.data["resident"])


@views.on("ResidentSentTo")
def _sent(connection: Connection, event: Event) -> None:
    data = event.data
    who = {"resident": data["resident"], "site": data["site"]}
    put(connection, ever_sent, ("resident", "site"), who)
    row = who | {"unit": data["unit"], "day": data["day"], "asked": event.position}
    put(connection, rebookings, "resident", row)
    _look_who_waits(connection, data["resident"])


def _look_who_waits(connection: Connection, resident: str) -> None:
    waits = _WAITS.value(connection, {"who": resident}) is not None
    if waits == (_KNOWN.value(connection, {"who": resident}) is not None):
        return
    if waits:
        _WAIT.run(connection, {"resident": resident})
    else:
        _WAIT_NO_MORE.run(connection, {"who": resident})


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
    if data["dose"] == 1:
        _look_who_waits(connection, data["resident"])


@views.on("AppointmentRefused")
def _refused(connection: Connection, event: Event) -> None:
    row = {name: event.data[name] for name in ("resident", "site", "day", "reason")}
    put(connection, refusals, ("resident", "site"), row)
