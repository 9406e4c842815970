"""Counters: numbers in views that events move, so that no page counts whole tables.

    counted = subjects_table("counted_books", tables, "book")
    COUNTERS = Counters(counted, (of_shelves,), Facts, facts_of, counters_of)

    @views.after("BookLent", "BookReturned")
    def _count(connection, events):
        COUNTERS.count(connection, {event.data["book"] for event in events})

After events the subjects they concern are looked at once more: `counted` holds what each of them
has counted as until now, and the counters move by the difference. So they are what a recount would
say, in whatever order sources arrive. A counter at nothing has no row, nor has a subject that counts
as nothing.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Generic, TypeVar

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

from shared.kit.eventstore.bulk import among, in_json
from shared.kit.eventstore.prepared import Prepared
from shared.kit.eventstore.views import add, put_all

Key = tuple[str | int, ...]
Steps = Counter[tuple[str, Key, str]]
"""By how much counters move: table, key, column."""

F = TypeVar("F", bound=tuple[Any, ...])

_AT_ONCE = 500


def number(name: str) -> Column[int]:
    """Return a column of a table of counters."""
    return Column(name, Integer, nullable=False)


def subjects_table(name: str, tables: MetaData, subject: str) -> Table:
    """Return the table of what each subject has counted as until now."""
    facts = Column("facts", Text, nullable=False)
    return Table(name, tables, Column(subject, String, primary_key=True), facts)


class Counters(Generic[F]):
    """The counters in some tables, each row of which is found by its primary key."""

    def __init__(
        self,
        counted: Table,
        tables: Sequence[Table],
        kind: Callable[..., F],
        facts_of: Callable[[Connection, Sequence[str]], Mapping[str, F]],
        counters_of: Callable[[F], Steps],
    ) -> None:
        """Take what tells the facts of some subjects, and as what a subject with them counts.

        `kind` is the `NamedTuple` of facts: texts, numbers, and lists of them. A subject without
        facts, which `facts_of` leaves out, counts as nothing.
        """
        self._counted, self._kind = counted, kind
        self._tables = {table.name: table for table in tables}
        self._facts_of, self._counters_of = facts_of, counters_of
        [self._subject] = (column.name for column in counted.primary_key)
        mine = among(counted.c[self._subject], "ids")
        self._forget = Prepared(delete(counted).where(mine))
        self._before = Prepared(select(counted.c[self._subject], counted.c.facts).where(mine))

    def count(self, connection: Connection, subjects: Iterable[str]) -> None:
        """Look at subjects once more, and move the counters by what has changed."""
        ids, steps = sorted(subjects), Steps()
        for start in range(0, len(ids), _AT_ONCE):
            steps.update(self._changed(connection, ids[start : start + _AT_ONCE]))
        self.move(connection, steps)

    def _changed(self, connection: Connection, ids: Sequence[str]) -> Steps:
        now, steps = self._facts_of(connection, ids), Steps()
        rows, gone = list[dict[str, Any]](), list[str]()
        asked = in_json({*ids, *now})
        known: dict[str, str] = dict(self._before.all(connection, {"ids": asked}))
        for subject in known.keys() - now.keys():
            steps.subtract(self._counters_of(self._kind(*json.loads(known[subject]))))
            gone.append(subject)
        for subject, facts in now.items():
            text, before = json.dumps(facts, ensure_ascii=False), known.get(subject)
            if before == text:
                continue
            if before is not None:
                steps.subtract(self._counters_of(self._kind(*json.loads(before))))
            counters = self._counters_of(facts)
            steps.update(counters)
            if any(counters.values()):
                rows.append({self._subject: subject, "facts": text})
            elif before is not None:
                gone.append(subject)
        if rows:
            put_all(connection, self._counted, self._subject, rows)
        if gone:
            self._forget.run(connection, {"ids": in_json(gone)})
        return steps

    def move(self, connection: Connection, steps: Steps) -> None:
        """Move counters, also by what no subject counts as."""
        moved: dict[tuple[str, Key], dict[str, int]] = {}
        for (name, key, column), step in steps.items():
            if step:
                moved.setdefault((name, key), {})[column] = step
        for (name, key), by in sorted(moved.items()):
            table = self._tables[name]
            names = tuple(each.name for each in table.primary_key)
            row: dict[str, Any] = dict(zip(names, key, strict=True))
            if not add(connection, table, names, row, **by):
                zeros = {each.name: 0 for each in table.c if each.name not in names}
                connection.execute(table.insert(), row | zeros | by)
            elif min(by.values()) < 0:
                _emptied(table).run(connection, {f"of_{name}": row[name] for name in names})


@cache
def _emptied(table: Table) -> Prepared:
    keys = list(table.primary_key)
    mine = (each == bindparam(f"of_{each.name}") for each in keys)
    nothing = (each == 0 for each in table.c if each not in keys)
    return Prepared(delete(table).where(and_(*mine, *nothing)))
