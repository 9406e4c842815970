"""Views: tables that can be thrown away and rebuilt from events."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, MetaData, Table, bindparam, update
from sqlalchemy.dialects import postgresql, sqlite

from shared.kit.contracts import Event
from shared.kit.eventstore.bulk import run_all
from shared.kit.eventstore.prepared import Prepared
from shared.kit.eventstore.recorded import RECORDS, write_down
from shared.kit.eventstore.schema import Schema
from shared.kit.eventstore.tables import APPEND_ONLY, append_only

Effect = Callable[[Connection, Event], None]
RunEffect = Callable[[Connection, Sequence[Event]], None]
Decision = Callable[[Any, Event], None]
Duty = Callable[[Any, Sequence[Event]], None]
Condition = Callable[[Event], bool]
Row = dict[str, Any]
Key = str | tuple[str, ...]


def change(connection: Connection, table: Table, key: Key, row: Row) -> None:
    """Update the row that has the same values in its `key` columns, if there is one."""
    keys = (key,) if isinstance(key, str) else key
    values = {f"of_{name}" if name in keys else f"to_{name}": row[name] for name in row}
    _changing(table, keys, tuple(row)).run(connection, values)


@cache
def _changing(table: Table, keys: tuple[str, ...], columns: tuple[str, ...]) -> Prepared:
    mine = (table.c[name] == bindparam(f"of_{name}") for name in keys)
    new: Row = {name: bindparam(f"to_{name}") for name in columns if name not in keys}
    return Prepared(update(table).where(*mine).values(new))


def put(connection: Connection, table: Table, key: Key, row: Row) -> None:
    """Update the row that has the same values in its `key` columns, or insert it.

    A row has a value for every column that needs one.
    """
    _putting(connection.dialect.name, table, key, tuple(row)).run(connection, row)


def put_all(connection: Connection, table: Table, key: Key, rows: Sequence[Row]) -> None:
    """Update rows by their `key` columns, or insert them; of two with one key the later stays."""
    if rows:
        putting = _putting(connection.dialect.name, table, key, tuple(rows[0]))
        run_all(connection, putting.statement, ("put", table, key), rows)


@cache
def _putting(dialect: str, table: Table, key: Key, columns: tuple[str, ...]) -> Prepared:
    keys = (key,) if isinstance(key, str) else key
    added: Any = (sqlite if dialect == "sqlite" else postgresql).insert(table)
    new = {name: added.excluded[name] for name in columns if name not in keys}
    if not new:
        return Prepared(added.on_conflict_do_nothing(index_elements=keys))
    return Prepared(added.on_conflict_do_update(index_elements=keys, set_=new))


def add(connection: Connection, table: Table, key: Key, row: Row, **steps: int) -> bool:
    """Add to numbers of the row that has the same values in its `key` columns, if there is one."""
    keys = (key,) if isinstance(key, str) else key
    values = {f"of_{name}": row[name] for name in keys}
    values |= {f"by_{name}": step for name, step in steps.items()}
    return _adding(table, keys, tuple(steps)).run(connection, values) > 0


@cache
def _adding(table: Table, keys: tuple[str, ...], columns: tuple[str, ...]) -> Prepared:
    mine = (table.c[name] == bindparam(f"of_{name}") for name in keys)
    more: Row = {name: table.c[name] + bindparam(f"by_{name}") for name in columns}
    return Prepared(update(table).where(*mine).values(more))


class Views:
    """The read models of one service: their tables and the effect of each event on them.

    `kept` are tables that belong to the store rather than to the views (supervision's ledger):
    created with the rest, never cleared by a rebuild.
    """

    def __init__(self, tables: MetaData | None = None, kept: MetaData | None = None) -> None:
        """Take the tables; effects are registered with `on`."""
        self.tables = tables if tables is not None else MetaData()
        self.kept = kept if kept is not None else MetaData()
        self._effects: dict[str, list[Effect]] = {}
        self._run_effects: dict[str, list[RunEffect]] = {}
        self._after: list[tuple[frozenset[str], RunEffect]] = []

    @classmethod
    def together(cls, rooms: Sequence[Views]) -> Views:
        """Return the views of several rooms as one; of one event the first room's effects first."""
        whole = cls()
        for room in rooms:
            whole.take_in(room.tables, room.kept)
            for name, effects in room._effects.items():
                whole._effects.setdefault(name, []).extend(effects)
            for name, run_effects in room._run_effects.items():
                whole._run_effects.setdefault(name, []).extend(run_effects)
            whole._after += room._after
        return whole

    def take_in(self, tables: MetaData, kept: MetaData) -> None:
        """Take tables in that are declared elsewhere."""
        for more, mine in ((tables, self.tables), (kept, self.kept)):
            for table in more.sorted_tables:
                copied = table.to_metadata(mine)
                if table.info.get(APPEND_ONLY):
                    append_only(copied)  # a copy has no triggers of its own
                if RECORDS in table.info:
                    write_down(copied)

    def on(self, *names: str) -> Callable[[Effect], Effect]:
        """Register the effect of the events of these names on the views."""

        def add(effect: Effect) -> Effect:
            for name in names:
                self._effects.setdefault(name, []).append(effect)
            return effect

        return add

    def on_run(self, *names: str) -> Callable[[RunEffect], RunEffect]:
        """Register the effect of a run of events of one of these names, which follow each other.

        It comes to the same as one event after the other, with fewer statements; other effects of
        the same events must not depend on it, nor it on them.
        """

        def add(effect: RunEffect) -> RunEffect:
            for name in names:
                self._run_effects.setdefault(name, []).append(effect)
            return effect

        return add

    def after(self, *names: str) -> Callable[[RunEffect], RunEffect]:
        """Register what follows from how events have left the views, such as counters of rows.

        It is told all events of these names that were appended or have arrived together, once,
        after every other effect. No effect may read what it writes.
        """

        def add(effect: RunEffect) -> RunEffect:
            self._after.append((frozenset(names), effect))
            return effect

        return add

    def apply_all(self, connection: Connection, events: Sequence[Event]) -> None:
        """Let events have their effects in order, runs of one name together."""
        for name, events_of in groupby(events, key=lambda event: event.name):
            run = list(events_of)
            for run_effect in self._run_effects.get(name, ()):
                run_effect(connection, run)
            effects = self._effects.get(name, ())
            for event in run:
                for effect in effects:
                    effect(connection, event)
        for names, after in self._after:
            if some := [event for event in events if event.name in names]:
                after(connection, some)

    def outdated(self, there: Schema) -> list[str]:
        """Return the names of view tables that a database lacks, or has with other columns."""
        return [
            table.name
            for table in self.tables.sorted_tables
            if there.columns.get(table.name) != set(table.c.keys())
        ]

    def clear(self, connection: Connection) -> None:
        """Empty every view table."""
        for table in reversed(self.tables.sorted_tables):
            connection.execute(table.delete())


class Policies:
    """What a service decides when somebody else's event arrives."""

    def __init__(self, *, append: bool = True) -> None:
        """Start without decisions; they are registered with `on`. `append`: may events follow?"""
        self._append = append
        self._decisions: dict[str, list[tuple[Condition | None, Decision]]] = {}
        self._duties: list[Duty] = []

    def on(self, *names: str, when: Condition | None = None) -> Callable[[Decision], Decision]:
        """Register a decision on the events of these names.

        `when` tells from an event alone that nothing is to be decided on it.
        """

        def add(decision: Decision) -> Decision:
            for name in names:
                self._decisions.setdefault(name, []).append((when, decision))
            return decision

        return add

    def on_every(self, duty: Duty) -> Duty:
        """Register what is done with every event, whatever it is; it comes in batches, in order."""
        self._duties.append(duty)
        return duty

    @classmethod
    def together(cls, rooms: Sequence[Policies]) -> Policies:
        """Return the policies of several rooms as one."""
        whole = cls(append=any(room.may_append for room in rooms))
        for room in rooms:
            for name, decisions in room._decisions.items():
                whole._decisions.setdefault(name, []).extend(decisions)
            whole._duties += room._duties
        return whole

    @property
    def may_append(self) -> bool:
        """Whether a decision may append events."""
        return self._append and bool(self._decisions)

    def concerns(self, event: Event) -> bool:
        """Tell whether anything is to be decided on an event."""
        return next(self._on(event), None) is not None

    def decide(self, work: Any, event: Event) -> None:
        """Run the decisions on one event."""
        for decision in self._on(event):
            decision(work, event)

    def attend(self, work: Any, events: Sequence[Event]) -> None:
        """Do what is done with every event."""
        for duty in self._duties:
            duty(work, events)

    def _on(self, event: Event) -> Iterator[Decision]:
        for when, decision in self._decisions.get(event.name, ()):
            if when is None or when(event):
                yield decision
