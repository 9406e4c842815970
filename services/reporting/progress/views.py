"""What figures are made of: doses by day, the sites' plans, everyone's unit and newest answer.

People are counted as events come: a person of several records once, where the one that stays is,
with the newest answer (R16).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    MetaData,
    String,
    Table,
    select,
)

from shared.kit.contracts import Event
from shared.kit.eventstore import Prepared, Views, add, among, change, in_json, put_all
from shared.kit.eventstore.counters import Counters, Steps, number, subjects_table
from shared.town.mirrors.findings import STATUS, findings
from shared.town.mirrors.merges import links
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
    Column("unit", String, nullable=False),
    Column("answer", String),
    Column("answered", BigInteger),  # position of the answer
)

counted = subjects_table("counted", tables, "resident")
people = Table(
    "people",
    tables,
    Column("unit", String, primary_key=True),
    Column("answer", String, primary_key=True),
    number("number"),
)
# Whom a finding speaks against, and how many there are of each sort.
forbidden = subjects_table("forbidden", tables, "person")
against = Table(
    "against",
    tables,
    Column("status", String, primary_key=True),
    number("number"),
)

views = Views(tables)

AGAINST = ("contraindicated", "deferred")
_INTO = Prepared(select(links).where(among(links.c.resident, "ids")))
_YIELDED = Prepared(select(links).where(among(links.c.into, "ids")))
_RECORDS = Prepared(select(residents).where(among(residents.c.resident, "ids")))
_FOUND = Prepared(
    select(findings.c.person, findings.c.status).where(
        among(findings.c.person, "ids"), findings.c.stands.is_(True)
    )
)


@views.on_run("ResidentRegistered", "ResidentCorrected")
def _resident(connection: Connection, events: Sequence[Event]) -> None:
    rows = [{name: event.data[name] for name in ("resident", "unit")} for event in events]
    put_all(connection, residents, "resident", rows)


@views.on("RegistrationTakenBack")
def _taken_back(connection: Connection, event: Event) -> None:
    connection.execute(residents.delete().where(residents.c.resident == event.data["resident"]))


@views.on(*ANSWERING)
def _answered(connection: Connection, event: Event) -> None:
    row = {"answer": answer_in(event), "answered": event.position}
    change(connection, residents, "resident", row | {"resident": event.data["resident"]})


class Counts(NamedTuple):
    """As what a record counts; with both empty it has yielded to another, which counts the person."""

    unit: str
    answer: str  # "" without one


YIELDED = Counts("", "")


def _counting(connection: Connection, some: Sequence[str]) -> dict[str, Counts]:
    """Return what each record of some records' persons counts as."""
    into: dict[str, str] = {}
    for query in (_INTO, _YIELDED):
        wanted = {"ids": in_json({*some, *into.values()})}
        into |= {row.resident: row.into for row in query.all(connection, wanted)}
    every = sorted({*some, *into, *into.values()})
    of_person: dict[str, list[Any]] = {}
    for row in _RECORDS.all(connection, {"ids": in_json(every)}):
        of_person.setdefault(into.get(row.resident) or row.resident, []).append(row)
    found: dict[str, Counts] = {}
    for person, records in of_person.items():
        newest = max(records, key=lambda row: (row.answer is not None, row.answered or 0))
        for row in records:
            stays = row.resident == person
            found[row.resident] = Counts(row.unit, newest.answer or "") if stays else YIELDED
    return found


def _of_people(counts: Counts) -> Steps:
    return Steps() if counts == YIELDED else Steps([(people.name, counts, "number")])


COUNTERS = Counters(counted, (people,), Counts, _counting, _of_people)


@views.after(
    "ResidentRegistered",
    "ResidentCorrected",
    "RegistrationTakenBack",
    *ANSWERING,
    "ResidentsMerged",
    "MergeUndone",
)
def _count(connection: Connection, events: Sequence[Event]) -> None:
    COUNTERS.count(connection, _told_of(events))


def _told_of(events: Sequence[Event]) -> set[str]:
    return {
        event.data[name]
        for event in events
        for name in ("resident", "into")
        if event.data.get(name)
    }


# Fed by screening


class Found(NamedTuple):
    """What stands against a person; "": nothing."""

    status: str


def _found(connection: Connection, some: Sequence[str]) -> dict[str, Found]:
    persons = set(some).union(row.into for row in _INTO.all(connection, {"ids": in_json(some)}))
    stands = {row.person: row.status for row in _FOUND.all(connection, {"ids": in_json(persons)})}
    return {
        person: Found(status if (status := stands.get(person)) in AGAINST else "")
        for person in persons
    }


def _of_findings(found: Found) -> Steps:
    return Steps([(against.name, (found.status,), "number")] if found.status else ())


FINDINGS = Counters(forbidden, (against,), Found, _found, _of_findings)


@views.after(*STATUS, "ResidentsMerged", "MergeUndone")
def _count_findings(connection: Connection, events: Sequence[Event]) -> None:
    FINDINGS.count(connection, _told_of(events))


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
