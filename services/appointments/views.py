"""What a site knows: who may come, its places, its day, its stock."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    delete,
    insert,
    update,
)

from shared.kit.contracts import Event
from shared.kit.eventstore import Prepared, Views, change, put, put_all

tables = MetaData()

# Fed by registration. Residents of all units are here: docking another unit needs no replay.
dockings = Table(
    "dockings",
    tables,
    Column("unit", String, primary_key=True),
    Column("since", String, primary_key=True),
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
    Column("identity", String, nullable=False),  # "" when the person is erased
    Column("answer", String),
    Column("wished_week", String),
    Column("answered", BigInteger),  # position of the answer
)
# Fed by screening: the latest outcome.
standings = Table(
    "standings",
    tables,
    Column("resident", String, primary_key=True),
    Column("status", String, nullable=False),
    Column("reasons", String, nullable=False),
    Column("until", String),
    Column("position", BigInteger, nullable=False),
)
# Fed by registration: records of one person, and what other sites had given to them then.
links = Table(
    "links",
    tables,
    Column("resident", String, primary_key=True),
    Column("into", String, nullable=False, index=True),
)
told_doses = Table(
    "told_doses",
    tables,
    Column("link", String, primary_key=True),
    Column("resident", String, primary_key=True),
    Column("site", String, primary_key=True),
    Column("dose", Integer, primary_key=True),
    Column("day", String, nullable=False),
    Column("product", String, nullable=False),
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


# Registration


@views.on("UnitDocked")
def _docked(connection: Connection, event: Event) -> None:
    at, data = dockings.c, event.data
    same_day = (at.unit == data["unit"]) & (at.since == data["since"])
    connection.execute(delete(dockings).where(same_day))
    connection.execute(insert(dockings), data)


@views.on_run("ResidentRegistered", "ResidentCorrected")
def _resident(connection: Connection, events: Sequence[Event]) -> None:
    wanted = ("resident", "unit", "cohort", "sex", "birth_date")
    rows = [
        {name: event.data[name] for name in wanted} | {"identity": event.sealed("identity")}
        for event in events
    ]
    put_all(connection, residents, "resident", rows)


@views.on("ResidentErased")
def _erased(connection: Connection, event: Event) -> None:
    found = residents.c.resident == event.data["resident"]
    connection.execute(update(residents).where(found).values(identity=""))


@views.on("ConsentGiven", "VaccinationDeclined")
def _answered(connection: Connection, event: Event) -> None:
    answer = "consented" if event.name == "ConsentGiven" else "declined"
    _answer(connection, event, answer)


@views.on("ResidentsMerged")
def _linked(connection: Connection, event: Event) -> None:
    link = event.data["resident"]
    connection.execute(insert(links), {"resident": link, "into": event.data["into"]})
    doses_told = [{"link": link} | dose for dose in event.data["doses"]]
    if doses_told:
        connection.execute(insert(told_doses), doses_told)


@views.on("MergeUndone")
def _apart(connection: Connection, event: Event) -> None:
    link = event.data["resident"]
    connection.execute(delete(links).where(links.c.resident == link))
    connection.execute(delete(told_doses).where(told_doses.c.link == link))


@views.on("AnswerTakenBack")
def _taken_back(connection: Connection, event: Event) -> None:
    answer = {"consent": "consented", "decline": "declined"}.get(event.data["answer"])
    _answer(connection, event, answer)


def _answer(connection: Connection, event: Event, answer: str | None) -> None:
    week = event.data.get("wished_week")
    row = {"answer": answer, "wished_week": week, "answered": event.position}
    change(connection, residents, "resident", row | {"resident": event.data["resident"]})


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
        "position": event.position,
    }
    put(connection, standings, "resident", row)


# The site itself


@views.on("SessionOpened")
def _session(connection: Connection, event: Event) -> None:
    head = {"day": event.data["day"], "product": event.data["product"]}
    connection.execute(insert(sessions), head)
    rows = [head | slot | {"taken": 0} for slot in event.data["slots"]]
    connection.execute(insert(slots), rows)


_DOSE = ("resident", "dose")
_HOLD = Prepared(
    update(slots)
    .where(slots.c.day == bindparam("on_day"), slots.c.time == bindparam("at_time"))
    .values(taken=slots.c.taken + bindparam("step"))
)
_GIVE = Prepared(insert(doses))
_DRAW = Prepared(
    update(batches).where(batches.c.batch == bindparam("of_batch")).values(used=batches.c.used + 1)
)


@views.on("SlotTaken", "SlotReleased")
def _slot(connection: Connection, event: Event) -> None:
    step = 1 if event.name == "SlotTaken" else -1
    place = {"on_day": event.data["day"], "at_time": event.data["time"], "step": step}
    _HOLD.run(connection, place)


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
    keys = ("resident", "dose", "unit", "day", "product", "batch")
    _GIVE.run(connection, {key: event.data[key] for key in keys})


@views.on("BatchReceived")
def _received(connection: Connection, event: Event) -> None:
    data = event.data
    row = {key: data[key] for key in ("batch", "product", "expiry")}
    connection.execute(insert(batches), row | {"received": data["doses"], "used": 0, "wasted": 0})


@views.on("DoseDrawn")
def _drawn(connection: Connection, event: Event) -> None:
    _DRAW.run(connection, {"of_batch": event.data["batch"]})


@views.on("DosesWasted")
def _wasted(connection: Connection, event: Event) -> None:
    lost = batches.c.wasted + event.data["doses"]
    mine = batches.c.batch == event.data["batch"]
    connection.execute(update(batches).where(mine).values(wasted=lost))


@views.on("BatchRecalled")
def _recalled(connection: Connection, event: Event) -> None:
    row = {"batch": event.data["batch"], "recalled": event.data["reason"]}
    change(connection, batches, "batch", row)
