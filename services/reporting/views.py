"""What reports are made of: doses by day, answers by unit, the week's plan."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    insert,
    update,
)

from shared.kit.contracts import Event
from shared.kit.eventstore import Prepared, Views, change, put, put_all

tables = MetaData()

# Fed by the sites: one row a site, day, unit and dose number.
doses = Table(
    "doses",
    tables,
    Column("site", String, primary_key=True),
    Column("day", String, primary_key=True),
    Column("unit", String, primary_key=True),
    Column("dose", Integer, primary_key=True),
    Column("given", Integer, nullable=False),
)
plans = Table(
    "plans",
    tables,
    Column("site", String, primary_key=True),
    Column("week", String, primary_key=True),
    Column("unit", String, primary_key=True),
    Column("day", String, primary_key=True),
    Column("dose", Integer, primary_key=True),
    Column("planned", Integer, nullable=False),
)
# Fed by registration: everyone, and the latest answer.
residents = Table(
    "residents",
    tables,
    Column("resident", String, primary_key=True),
    Column("unit", String, nullable=False, index=True),
    Column("answer", String),
    Column("answered", BigInteger),  # position of the answer
)
# Fed by registration: records of one person; `into` is the one that stays.
links = Table(
    "links",
    tables,
    Column("resident", String, primary_key=True),
    Column("into", String, nullable=False, index=True),
)
# Fed by screening: the latest outcome; `cleared` stands against nothing.
findings = Table(
    "findings",
    tables,
    Column("resident", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("position", BigInteger, nullable=False),
)
# Fed by reporting itself.
reports = Table(
    "reports",
    tables,
    Column("week", String, primary_key=True),
    Column("recorded_at", String, nullable=False),
    Column("event_id", String, nullable=False),
)

views = Views(tables)


@views.on_run("ResidentRegistered", "ResidentCorrected")
def _resident(connection: Connection, events: Sequence[Event]) -> None:
    rows = [{name: event.data[name] for name in ("resident", "unit")} for event in events]
    put_all(connection, residents, "resident", rows)


@views.on("ConsentGiven", "VaccinationDeclined")
def _answered(connection: Connection, event: Event) -> None:
    _answer(connection, event, "consented" if event.name == "ConsentGiven" else "declined")


@views.on("AnswerTakenBack")
def _taken_back(connection: Connection, event: Event) -> None:
    answer = {"consent": "consented", "decline": "declined"}.get(event.data["answer"])
    _answer(connection, event, answer)


def _answer(connection: Connection, event: Event, answer: str | None) -> None:
    row = {"resident": event.data["resident"], "answer": answer, "answered": event.position}
    change(connection, residents, "resident", row)


_ONE_MORE = Prepared(
    update(doses)
    .where(*(doses.c[name] == bindparam(f"of_{name}") for name in ("site", "day", "unit", "dose")))
    .values(given=doses.c.given + 1)
)


@views.on("DoseAdministered")
def _dose(connection: Connection, event: Event) -> None:
    keys = {name: event.data[name] for name in ("site", "day", "unit", "dose")}
    if not _ONE_MORE.run(connection, {f"of_{name}": value for name, value in keys.items()}):
        connection.execute(insert(doses), keys | {"given": 1})


@views.on("WeeklyPlanPublished")
def _planned(connection: Connection, event: Event) -> None:
    data = event.data
    at = plans.c
    connection.execute(plans.delete().where(at.site == data["site"], at.week == data["week"]))
    if data["rows"]:
        head = {"site": data["site"], "week": data["week"]}
        connection.execute(insert(plans), [head | row for row in data["rows"]])


@views.on("ResidentsMerged")
def _linked(connection: Connection, event: Event) -> None:
    row = {name: event.data[name] for name in ("resident", "into")}
    connection.execute(insert(links), row)


@views.on("MergeUndone")
def _apart(connection: Connection, event: Event) -> None:
    connection.execute(links.delete().where(links.c.resident == event.data["resident"]))


_FINDINGS = {
    "ContraindicationFound": "contraindicated",
    "ResidentDeferred": "deferred",
    "ResidentCleared": "cleared",
}


@views.on(*_FINDINGS)
def _found(connection: Connection, event: Event) -> None:
    row = {"resident": event.data["resident"], "kind": _FINDINGS[event.name]}
    put(connection, findings, "resident", row | {"position": event.position})


@views.on("WeeklyProgressPublished")
def _published(connection: Connection, event: Event) -> None:
    row = {"week": event.data["week"], "recorded_at": event.recorded_at, "event_id": event.id}
    connection.execute(insert(reports), row)
