"""Every screening of every record, as the page of a resident tells it; who waits at which site."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    delete,
    insert,
)

from shared.kit.contracts import Event
from shared.kit.eventstore import Prepared, Views, put
from shared.town.mirrors.findings import STATUS, facts_of

tables = MetaData()
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
    Column("rules", String, nullable=False),
    Column("dose", Integer),
    Column("temperature", Float),
    Column("yes", String, nullable=False),  # the questions answered so, with commas between
    Column("read_out", Boolean, nullable=False),
    Column("lasting", Boolean),  # of a contraindication
    Column("because", String),  # why something was taken back, and who proposed it
    Column("proposed_by", String),
    Column("recorded_at", String, nullable=False),
    Column("actor", String, nullable=False),
)
# As the sites say: checked in, and neither vaccinated nor gone.
waiting = Table(
    "waiting",
    tables,
    Column("resident", String, primary_key=True),
    Column("dose", Integer, primary_key=True),
    Column("site", String, primary_key=True),
    Column("day", String, nullable=False, index=True),
    Column("since", String, nullable=False),
)
# What was given anywhere: which dose is due.
doses = Table(
    "doses",
    tables,
    Column("resident", String, primary_key=True),
    Column("dose", Integer, primary_key=True),
    Column("site", String, primary_key=True),
    Column("day", String, nullable=False),
    Column("product", String, nullable=False),
)
# Contraindications that somebody proposes to lift.
proposals = Table(
    "proposals",
    tables,
    Column("resident", String, primary_key=True),
    Column("site", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("by", String, nullable=False),
    Column("proposed_at", String, nullable=False),
)
views = Views(tables)

_WAITS = ("resident", "dose", "site")
_TOLD = ("rules", "dose", "temperature", "lasting", "proposed_by")
_RECORD = Prepared(insert(screenings))


@views.on(*STATUS)
def _screened(connection: Connection, event: Event) -> None:
    entry = {"position": event.id, "recorded_at": event.recorded_at, "actor": event.actor}
    entry |= {name: event.data.get(name) for name in _TOLD}
    entry["because"] = event.data.get("reason")
    entry["yes"] = ",".join(event.data.get("yes", ()))
    entry["read_out"] = event.data.get("read_out", False)
    _RECORD.run(connection, facts_of(event) | entry)


@views.on("ResidentCheckedIn")
def _waits(connection: Connection, event: Event) -> None:
    # Who is sent on is still here until this site has said it, whatever the other one says first.
    row = {name: event.data[name] for name in (*_WAITS, "day")}
    put(connection, waiting, _WAITS, row | {"since": event.recorded_at})


@views.on("DoseAdministered")
def _given(connection: Connection, event: Event) -> None:
    put(connection, doses, _WAITS, {name: event.data[name] for name in (*_WAITS, "day", "product")})


@views.on("DoseAdministered", "AppointmentCancelled", "NoShowRecorded")
def _waits_no_more(connection: Connection, event: Event) -> None:
    mine = (waiting.c[name] == event.data[name] for name in _WAITS)
    connection.execute(delete(waiting).where(*mine))


@views.on("LiftProposed")
def _proposed(connection: Connection, event: Event) -> None:
    row = {name: event.data[name] for name in ("resident", "site", "reason", "by")}
    put(connection, proposals, "resident", row | {"proposed_at": event.recorded_at})


@views.on("LiftDeclined", *STATUS)
def _decided(connection: Connection, event: Event) -> None:
    mine = proposals.c.resident == event.data["resident"]
    connection.execute(delete(proposals).where(mine))
