"""What figures are made of: doses by day, the sites' plans, everyone's unit and newest answer.

People are counted as events come: a person of several records once, where the one that stays is,
with the newest answer (R16). `counted` holds what each record counts as; a number at nothing has no
row, so that the counters are the same in whatever order the sources arrive.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    delete,
    select,
)

from shared.kit.contracts import Event
from shared.kit.eventstore import Prepared, Views, add, among, change, in_json, put, put_all
from shared.town.mirrors.findings import STATUS, findings
from shared.town.mirrors.merges import links, person_in
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

# One row a record; both empty: it has yielded to another, which counts the person.
counted = Table(
    "counted",
    tables,
    Column("resident", String, primary_key=True),
    Column("unit", String, nullable=False),
    Column("answer", String, nullable=False),  # "" without one
)
people = Table(
    "people",
    tables,
    Column("unit", String, primary_key=True),
    Column("answer", String, primary_key=True),
    Column("number", Integer, nullable=False),
)
# Whom a finding speaks against, and how many there are of each sort.
forbidden = Table(
    "forbidden",
    tables,
    Column("person", String, primary_key=True),
    Column("status", String, nullable=False),
)
against = Table(
    "against",
    tables,
    Column("status", String, primary_key=True),
    Column("number", Integer, nullable=False),
)

views = Views(tables)

Counts = tuple[str, str]
YIELDED: Counts = ("", "")
AGAINST = ("contraindicated", "deferred")
_AT_ONCE = 500
_INTO = Prepared(select(links).where(among(links.c.resident, "ids")))
_YIELDED = Prepared(select(links).where(among(links.c.into, "ids")))
_RECORDS = Prepared(select(residents).where(among(residents.c.resident, "ids")))
_BEFORE = Prepared(select(counted).where(among(counted.c.resident, "ids")))
_FOUND = Prepared(
    select(findings.c.status).where(
        findings.c.person == bindparam("who"), findings.c.stands.is_(True)
    )
)
_FORBIDDEN = Prepared(select(forbidden.c.status).where(forbidden.c.person == bindparam("who")))
_FREE = Prepared(delete(forbidden).where(forbidden.c.person == bindparam("who")))
_NOBODY = Prepared(delete(people).where(people.c.number == 0))
_NOTHING = Prepared(delete(against).where(against.c.number == 0))


@views.on_run("ResidentRegistered", "ResidentCorrected")
def _resident(connection: Connection, events: Sequence[Event]) -> None:
    rows = [{name: event.data[name] for name in ("resident", "unit")} for event in events]
    put_all(connection, residents, "resident", rows)
    _count(connection, [row["resident"] for row in rows])


@views.on(*ANSWERING)
def _answered(connection: Connection, event: Event) -> None:
    row = {"answer": answer_in(event), "answered": event.position}
    change(connection, residents, "resident", row | {"resident": event.data["resident"]})
    _count(connection, [event.data["resident"]])


@views.on("ResidentsMerged", "MergeUndone")
def _linked(connection: Connection, event: Event) -> None:
    _count(connection, [event.data["resident"], event.data["into"]])


def _count(connection: Connection, some: Iterable[str]) -> None:
    """Look at persons of records once more, and move the counters by what has changed."""
    ids = list(dict.fromkeys(some))
    for start in range(0, len(ids), _AT_ONCE):
        now = _counting(connection, ids[start : start + _AT_ONCE])
        before = _BEFORE.all(connection, {"ids": in_json(now)})
        known: dict[str, Counts] = {row.resident: (row.unit, row.answer) for row in before}
        changed = {who: counts for who, counts in now.items() if known.get(who) != counts}
        if not changed:
            continue
        rows = [{"resident": who, "unit": u, "answer": a} for who, (u, a) in changed.items()]
        put_all(connection, counted, "resident", rows)
        steps = Counter(changed.values())
        steps.subtract(Counter(known[who] for who in changed if who in known))
        for (unit, answer), step in sorted(steps.items()):
            if (unit, answer) != YIELDED:
                _move(connection, people, {"unit": unit, "answer": answer}, step)
        if min(steps.values()) < 0:
            _NOBODY.run(connection, {})


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
            found[row.resident] = (row.unit, newest.answer or "") if stays else YIELDED
    return found


def _move(connection: Connection, table: Table, row: dict[str, str], step: int) -> None:
    if step and not add(connection, table, tuple(row), row, number=step):
        connection.execute(table.insert(), row | {"number": step})


# Fed by screening


@views.on(*STATUS, "ResidentsMerged", "MergeUndone")
def _found(connection: Connection, event: Event) -> None:
    said = event.data["resident"]
    for person in dict.fromkeys((said, event.data.get("into") or person_in(connection, said))):
        asked = {"who": person}
        stands = _FOUND.value(connection, asked)
        now = stands if stands in AGAINST else None
        before = _FORBIDDEN.value(connection, asked)
        if now == before:
            continue
        if now is None:
            _FREE.run(connection, asked)
        else:
            put(connection, forbidden, "person", {"person": person, "status": now})
        for status, step in ((before, -1), (now, 1)):
            if status is not None:
                _move(connection, against, {"status": status}, step)
        if before is not None:
            _NOTHING.run(connection, {})


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
