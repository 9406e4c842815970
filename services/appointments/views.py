"""What a site knows: who may come, its places, its day, its stock."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Connection, Index, Integer, MetaData, String, Table, insert, update

from shared.contracts import Event
from shared.eventstore import Views

tables = MetaData()

# Fed by registration. Residents of all units are here: docking another unit needs no replay.
dockings = Table(
    "dockings",
    tables,
    Column("unit", String, primary_key=True),
    Column("site", String, nullable=False),
)
residents = Table(
    "residents",
    tables,
    Column("resident", String, primary_key=True),
    Column("unit", String, nullable=False, index=True),
    Column("cohort", String, nullable=False),
    Column("sex", String, nullable=False),
    Column("birth_date", String, nullable=False),
    Column("identity", String, nullable=False),
    Column("answer", String),
    Column("wished_week", String),
)
# Fed by screening: the latest outcome.
standings = Table(
    "standings",
    tables,
    Column("resident", String, primary_key=True),
    Column("status", String, nullable=False),
    Column("reasons", String, nullable=False),
    Column("until", String),
)
# Fed by the site itself.
sessions = Table(
    "sessions",
    tables,
    Column("day", String, primary_key=True),
    Column("product", String, nullable=False),
)
slots = Table(
    "slots",
    tables,
    Column("day", String, primary_key=True),
    Column("time", String, primary_key=True),
    Column("product", String, nullable=False),
    Column("capacity", Integer, nullable=False),
    Column("taken", Integer, nullable=False),
)
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
    Column("day", String, nullable=False, index=True),
    Column("product", String, nullable=False),
    Column("batch", String, nullable=False),
)
batches = Table(
    "batches",
    tables,
    Column("batch", String, primary_key=True),
    Column("product", String, nullable=False),
    Column("received", Integer, nullable=False),
    Column("used", Integer, nullable=False),
    Column("wasted", Integer, nullable=False),
    Column("expiry", String, nullable=False),
    Column("recalled", String),
)

views = Views(tables)


def _put(connection: Connection, table: Table, key: str, row: dict[str, Any]) -> None:
    changed = connection.execute(update(table).where(table.c[key] == row[key]).values(row))
    if not changed.rowcount:
        connection.execute(insert(table), row)


# Registration


@views.on("UnitDocked")
def _docked(connection: Connection, event: Event) -> None:
    _put(connection, dockings, "unit", {"unit": event.data["unit"], "site": event.data["site"]})


@views.on("ResidentRegistered", "ResidentCorrected")
def _resident(connection: Connection, event: Event) -> None:
    row = {k: event.data[k] for k in ("resident", "unit", "cohort", "sex", "birth_date")}
    _put(connection, residents, "resident", row | {"identity": event.sealed("identity")})


@views.on("ConsentGiven", "VaccinationDeclined")
def _answered(connection: Connection, event: Event) -> None:
    answer = "consented" if event.name == "ConsentGiven" else "declined"
    values = {"answer": answer, "wished_week": event.data.get("wished_week")}
    found = residents.c.resident == event.data["resident"]
    connection.execute(update(residents).where(found).values(values))


# Screening

_OUTCOMES = {
    "ResidentCleared": "cleared",
    "ResidentDeferred": "deferred",
    "ContraindicationFound": "contraindicated",
    "ClearanceWithdrawn": "withdrawn",
}


@views.on(*_OUTCOMES)
def _screened(connection: Connection, event: Event) -> None:
    row = {
        "resident": event.data["resident"],
        "status": _OUTCOMES[event.name],
        "reasons": ",".join(event.data.get("reasons", [])),
        "until": event.data.get("until") or event.data.get("valid_until"),
    }
    _put(connection, standings, "resident", row)


# The site itself


@views.on("SessionOpened")
def _session(connection: Connection, event: Event) -> None:
    head = {"day": event.data["day"], "product": event.data["product"]}
    connection.execute(insert(sessions), head)
    rows = [head | slot | {"taken": 0} for slot in event.data["slots"]]
    connection.execute(insert(slots), rows)


@views.on("SlotTaken", "SlotReleased")
def _slot(connection: Connection, event: Event) -> None:
    step = 1 if event.name == "SlotTaken" else -1
    found = (slots.c.day == event.data["day"]) & (slots.c.time == event.data["time"])
    connection.execute(update(slots).where(found).values(taken=slots.c.taken + step))


_STATUS = {
    "AppointmentMoved": "booked",
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
    found = _appointment(row)
    if not connection.execute(update(appointments).where(found).values(row)).rowcount:
        connection.execute(insert(appointments), row)


@views.on(*_STATUS)
def _went_on(connection: Connection, event: Event) -> None:
    values = {"status": _STATUS[event.name], "reason": event.data.get("reason")}
    if event.name == "AppointmentMoved":
        values |= {"day": event.data["day"], "time": event.data["time"]}
    connection.execute(update(appointments).where(_appointment(event.data)).values(values))


def _appointment(data: dict[str, Any]) -> Any:
    at = appointments.c
    return (at.resident == data["resident"]) & (at.dose == data["dose"])


@views.on("DoseAdministered")
def _given(connection: Connection, event: Event) -> None:
    keys = ("resident", "dose", "unit", "day", "product", "batch")
    connection.execute(insert(doses), {key: event.data[key] for key in keys})


@views.on("BatchReceived")
def _received(connection: Connection, event: Event) -> None:
    data = event.data
    row = {key: data[key] for key in ("batch", "product", "expiry")}
    connection.execute(insert(batches), row | {"received": data["doses"], "used": 0, "wasted": 0})


@views.on("DoseDrawn", "DosesWasted", "BatchRecalled")
def _stock(connection: Connection, event: Event) -> None:
    at, data = batches.c, event.data
    values: dict[str, Any] = {
        "DoseDrawn": {"used": at.used + 1},
        "DosesWasted": {"wasted": at.wasted + data.get("doses", 0)},
        "BatchRecalled": {"recalled": data.get("reason")},
    }[event.name]
    connection.execute(update(batches).where(at.batch == data["batch"]).values(values))
