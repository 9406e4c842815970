"""What reports are made of: doses by day, answers by unit, the week's plan."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, insert, update

from shared.contracts import Event
from shared.eventstore import Views, put, put_all

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
)
# Fed by screening: the latest outcome that stands against a dose.
findings = Table(
    "findings",
    tables,
    Column("resident", String, primary_key=True),
    Column("kind", String, nullable=False),
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
    answer = "consented" if event.name == "ConsentGiven" else "declined"
    changed = update(residents).where(residents.c.resident == event.data["resident"])
    connection.execute(changed.values(answer=answer))


@views.on("AnswerTakenBack")
def _taken_back(connection: Connection, event: Event) -> None:
    answer = {"consent": "consented", "decline": "declined"}.get(event.data["answer"])
    changed = update(residents).where(residents.c.resident == event.data["resident"])
    connection.execute(changed.values(answer=answer))


@views.on("DoseAdministered")
def _dose(connection: Connection, event: Event) -> None:
    keys = {name: event.data[name] for name in ("site", "day", "unit", "dose")}
    found = [doses.c[name] == value for name, value in keys.items()]
    counted = connection.execute(update(doses).where(*found).values(given=doses.c.given + 1))
    if not counted.rowcount:
        connection.execute(insert(doses), keys | {"given": 1})


@views.on("WeeklyPlanPublished")
def _planned(connection: Connection, event: Event) -> None:
    data = event.data
    at = plans.c
    connection.execute(plans.delete().where(at.site == data["site"], at.week == data["week"]))
    if data["rows"]:
        head = {"site": data["site"], "week": data["week"]}
        connection.execute(insert(plans), [head | row for row in data["rows"]])


@views.on("ContraindicationFound", "ResidentDeferred")
def _found(connection: Connection, event: Event) -> None:
    kind = "deferred" if event.name == "ResidentDeferred" else "contraindicated"
    put(connection, findings, "resident", {"resident": event.data["resident"], "kind": kind})


@views.on("ResidentCleared")
def _cleared(connection: Connection, event: Event) -> None:
    gone = findings.delete().where(findings.c.resident == event.data["resident"])
    connection.execute(gone)


@views.on("WeeklyProgressPublished")
def _published(connection: Connection, event: Event) -> None:
    row = {"week": event.data["week"], "recorded_at": event.recorded_at, "event_id": event.id}
    connection.execute(insert(reports), row)
