"""Read models of tallies: counters that events move, so that no page counts a whole town.

After events the people they concern are looked at once more: `counted` holds what each of them
has counted as until now, and the counters move by the difference. So they are what a recount of the
residents' tables would say, in whatever order the sources arrive. A counter at nothing has no row.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    and_,
    bindparam,
    delete,
    select,
)

from services.registration.residents.tallying import Facts, facts_of
from shared.kit.contracts import Event
from shared.kit.eventstore import Prepared, Views, add, among, in_json, put_all
from shared.town.mirrors.findings import STATUS
from shared.town.mirrors.merges import links

tables = MetaData()


def _number(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)


of_units = Table(
    "unit_tallies",
    tables,
    Column("unit", String, primary_key=True),
    _number("registered"),
    _number("consented"),
    _number("declined"),
    _number("also"),
    _number("first"),
    _number("second"),
)
of_cohorts = Table(
    "cohort_tallies",
    tables,
    Column("unit", String, primary_key=True),
    Column("cohort", String, primary_key=True),
    _number("people"),
    _number("consented"),
    _number("first"),
    _number("second"),
)
# A deferral ends by itself: `until` that day the status counts, then `later`; else both are "".
of_statuses = Table(
    "status_tallies",
    tables,
    Column("unit", String, primary_key=True),
    Column("status", String, primary_key=True),
    Column("until", String, primary_key=True),
    Column("later", String, primary_key=True),
    _number("people"),
)
counted = Table(
    "counted",
    tables,
    Column("resident", String, primary_key=True),
    Column("facts", Text, nullable=False),
)

views = Views(tables)

Key = tuple[str, ...]
Steps = Counter[tuple[str, Key, str]]
"""By how much counters move: table, key, column."""

_TABLES = {each.name: each for each in (of_units, of_cohorts, of_statuses)}
_AT_ONCE = 500
_INTO = Prepared(select(links.c.into).where(among(links.c.resident, "ids")))
_BEFORE = Prepared(select(counted).where(among(counted.c.resident, "ids")))


@views.after(
    "ResidentRegistered",
    "ResidentCorrected",
    "ResidentAlsoListed",
    "ResidentUnlisted",
    "CohortsTagged",
    "ConsentGiven",
    "VaccinationDeclined",
    "AnswerTakenBack",
    "ResidentsMerged",
    "MergeUndone",
    "DoseAdministered",
    *STATUS,
)
def _count(connection: Connection, events: Sequence[Event]) -> None:
    """Look at people once more, and move the counters by what has changed."""
    told = {
        event.data[name] for event in events for name in ("resident", "into") if name in event.data
    }
    # What is said of a record that has yielded counts for the one that stays.
    into = _INTO.all(connection, {"ids": in_json(told)})
    ids = sorted(told.union(row.into for row in into))
    steps = Steps(
        (of_units.name, (event.data["unit"],), "first" if event.data["dose"] == 1 else "second")
        for event in events
        if event.name == "DoseAdministered"
    )
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        known = {row.resident: row.facts for row in _BEFORE.all(connection, {"ids": in_json(some)})}
        rows: list[dict[str, Any]] = []
        for resident, now in facts_of(connection, some).items():
            text = json.dumps(now, ensure_ascii=False)
            if (before := known.get(resident)) == text:
                continue
            rows.append({"resident": resident, "facts": text})
            steps.update(_counters(now))
            if before is not None:
                steps.subtract(_counters(Facts(*json.loads(before))))
        if rows:
            put_all(connection, counted, "resident", rows)
    _move(connection, steps)


def _counters(facts: Facts) -> Steps:
    """Return what a person counts as."""
    found, unit = Steps(), facts.unit
    for each in (unit, *facts.also):
        found[of_statuses.name, (each, facts.status, facts.until, facts.later), "people"] += 1
    if facts.merged:
        return found
    consented, declined = (facts.answer == each for each in ("consent", "decline"))
    found[of_units.name, (unit,), "registered"] += 1
    found[of_units.name, (unit,), "consented"] += consented
    found[of_units.name, (unit,), "declined"] += declined
    for each in facts.also:
        found[of_units.name, (each,), "also"] += 1
    for cohort in facts.cohorts:
        of = (of_cohorts.name, (unit, cohort))
        found[*of, "people"] += 1
        found[*of, "consented"] += consented
        found[*of, "first"] += facts.first
        found[*of, "second"] += facts.second
    return found


def _move(connection: Connection, steps: Steps) -> None:
    rows: dict[tuple[str, Key], dict[str, int]] = {}
    for (name, key, column), step in steps.items():
        if step:
            rows.setdefault((name, key), {})[column] = step
    for (name, key), moved in sorted(rows.items()):
        table = _TABLES[name]
        names = tuple(each.name for each in table.primary_key)
        row = dict(zip(names, key, strict=True))
        if not add(connection, table, names, row, **moved):
            zeros = {each.name: 0 for each in table.c if each.name not in names}
            connection.execute(table.insert(), row | zeros | moved)
        elif min(moved.values()) < 0:
            _emptied(table).run(connection, {f"of_{name}": value for name, value in row.items()})


@cache
def _emptied(table: Table) -> Prepared:
    keys = list(table.primary_key)
    mine = (each == bindparam(f"of_{each.name}") for each in keys)
    nothing = (each == 0 for each in table.c if each not in keys)
    return Prepared(delete(table).where(and_(*mine, *nothing)))
