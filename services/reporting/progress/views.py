"""What figures are made of: doses by day, the sites' plans, everyone's unit and newest answer."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import BigInteger, Column, Connection, Integer, MetaData, String, Table

from shared.kit.contracts import Event
from shared.kit.eventstore import Views, add, change, put_all
from shared.town.mirrors.residents import ANSWERING, answer_in

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

views = Views(tables)


@views.on_run("ResidentRegistered", "ResidentCorrected")
def _resident(connection: Connection, events: Sequence[Event]) -> None:
    rows = [{name: event.data[name] for name in ("resident", "unit")} for event in events]
    put_all(connection, residents, "resident", rows)


@views.on(*ANSWERING)
def _answered(connection: Connection, event: Event) -> None:
    row = {"answer": answer_in(event), "answered": event.position}
    change(connection, residents, "resident", row | {"resident": event.data["resident"]})


@views.on("DoseAdministered")
def _dose(connection: Connection, event: Event) -> None:
    keys = ("site", "day", "unit", "dose")
    if not add(connection, doses, keys, event.data, given=1):
        connection.execute(doses.insert(), {name: event.data[name] for name in keys} | {"given": 1})


@views.on("WeeklyPlanPublished")
def _planned(connection: Connection, event: Event) -> None:
    data = event.data
    at = plans.c
    connection.execute(plans.delete().where(at.site == data["site"], at.week == data["week"]))
    if data["rows"]:
        head = {"site": data["site"], "week": data["week"]}
        connection.execute(plans.insert(), [head | row for row in data["rows"]])
