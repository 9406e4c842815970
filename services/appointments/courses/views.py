"""Tables of appointments and doses here, and of doses that merged records had elsewhere."""

from __future__ import annotations

from typing import TypedDict

from sqlalchemy import Column, Connection, Index, Integer, MetaData, String, Table

from shared.kit.contracts import Event
from shared.kit.eventstore import Prepared, Views, change, put, put_all
from shared.kit.formats import Day, Id, Moment

NO_LINK = ""
"""Told of a docking, not of a merge: it stays when a merge is undone."""

tables = MetaData()
appointments = Table(
    "appointments",
    tables,
    Column("resident", String, primary_key=True),
    Column("dose", Integer, primary_key=True),
    Column("unit", String, nullable=False),
    Column("day", String, nullable=False),
    Column("time", String, nullable=False),
    Column("product", String, nullable=False),
    Column("status", String, nullable=False),
    Column("reason", String),  # why it was cancelled
    Index("appointments_by_day", "day", "status"),
)
doses = Table(
    "doses",
    tables,
    Column("resident", String, primary_key=True),
    Column("dose", Integer, primary_key=True),
    Column("unit", String, nullable=False),
    Column("day", String, nullable=False),
    Column("product", String, nullable=False),
    Column("batch", String, nullable=False),
    Column("given_at", String, nullable=False),
    Column("vaccinator", String, nullable=False),
    Column("actor", String, nullable=False),  # who recorded it
    Column("body_side", String),
    Column("desk", String),
    Column("trace_code", String, index=True),
    Index("doses_of_actor", "actor", "given_at"),
)
# What other sites have given, as registration tells: of a merge to either record then, and first
# doses of whoever's unit comes here too.
told_doses = Table(
    "told_doses",
    tables,
    Column("link", String, primary_key=True),
    Column("resident", String, primary_key=True),
    Column("site", String, primary_key=True),
    Column("dose", Integer, primary_key=True),
    Column("day", String, nullable=False),
    Column("product", String, nullable=False),
    Index("told_doses_of_resident", "resident"),
)
# Whom this site has sent on to another, the last time.
sent_on = Table(
    "sent_on",
    tables,
    Column("resident", String, primary_key=True),
    Column("site", String, nullable=False),
    Column("number", Integer, nullable=False),
    Column("day", String, nullable=False),
    Column("sent_at", String, nullable=False),
    Column("wanted_back", String),  # when this site asked for them
)
views = Views(tables)


class Visit(TypedDict):
    """What everybody is told of an appointment; time is HH:MM."""

    resident: Id
    dose: int
    unit: str
    day: Day
    time: str
    product: str
    status: str


class Appointment(Visit):
    """A row of `appointments`."""

    reason: str | None


class DoseGiven(TypedDict):
    """A row of `doses` as everybody is told of it."""

    resident: Id
    dose: int
    unit: str
    day: Day
    product: str
    batch: str
    given_at: Moment


class ToldDose(TypedDict):
    """A row of `told_doses`: `link` is the record that yielded, or `NO_LINK`."""

    link: Id
    resident: Id
    site: str
    dose: int
    day: Day
    product: str


_DOSE = ("resident", "dose")
_GIVE = Prepared(doses.insert())
_STATUS = {
    "AppointmentCancelled": "cancelled",
    "NoShowRecorded": "no_show",
    "ResidentCheckedIn": "waiting",
    "DoseAdministered": "vaccinated",
    "ObservationEnded": "done",
}


@views.on("AppointmentBooked")
def _booked(connection: Connection, event: Event) -> None:
    keys = ("resident", "dose", "unit", "day", "time", "product")
    row = {key: event.data[key] for key in keys} | {"status": "booked", "reason": None}
    put(connection, appointments, _DOSE, row)


@views.on("AppointmentMoved")
def _moved(connection: Connection, event: Event) -> None:
    place = {name: event.data[name] for name in (*_DOSE, "day", "time", "unit")}
    change(connection, appointments, _DOSE, place)


@views.on(*_STATUS)
def _went_on(connection: Connection, event: Event) -> None:
    status = {"status": _STATUS[event.name], "reason": event.data.get("reason")}
    change(connection, appointments, _DOSE, status | {name: event.data[name] for name in _DOSE})


@views.on("DoseAdministered")
def _given(connection: Connection, event: Event) -> None:
    keys = ("resident", "dose", "unit", "day", "product", "batch", "vaccinator")
    keys += ("body_side", "desk", "trace_code")
    said = {"given_at": event.occurred_at, "actor": event.actor}
    _GIVE.run(connection, said | {key: event.data[key] for key in keys})


@views.on("ResidentsMerged")
def _told(connection: Connection, event: Event) -> None:
    told = [{"link": event.data["resident"]} | dose for dose in event.data["doses"]]
    if told:
        connection.execute(told_doses.insert(), told)


@views.on("CoursesKept")
def _kept(connection: Connection, event: Event) -> None:
    site = event.data["site"]
    rows = [{"link": NO_LINK, "site": site, "dose": 1} | dose for dose in event.data["doses"]]
    put_all(connection, told_doses, ("link", "resident", "site", "dose"), rows)


@views.on("MergeUndone")
def _untold(connection: Connection, event: Event) -> None:
    mine = told_doses.c.link == event.data["resident"]
    connection.execute(told_doses.delete().where(mine))


@views.on("ResidentSentOn")
def _sent(connection: Connection, event: Event) -> None:
    row = {name: event.data[name] for name in ("resident", "number", "day")}
    row |= {"site": event.data["to_site"], "sent_at": event.recorded_at, "wanted_back": None}
    put(connection, sent_on, "resident", row)


@views.on("ResidentWantedBack")
def _wanted(connection: Connection, event: Event) -> None:
    row = {"resident": event.data["resident"], "wanted_back": event.recorded_at}
    change(connection, sent_on, "resident", row)
