"""Views: tables that can be thrown away and rebuilt from events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, MetaData, Table, insert, update

from shared.contracts import Event

Effect = Callable[[Connection, Event], None]
Decision = Callable[[Any, Event], None]


def put(connection: Connection, table: Table, key: str, row: dict[str, Any]) -> None:
    """Update the row whose column `key` has the row's value, or insert it."""
    changed = connection.execute(update(table).where(table.c[key] == row[key]).values(row))
    if not changed.rowcount:
        connection.execute(insert(table), row)


class Views:
    """The read models of one service: their tables and the effect of each event on them.

    `kept` are tables that belong to the store rather than to the views (supervision's ledger):
    created with the rest, never cleared by a rebuild.
    """

    def __init__(self, tables: MetaData, kept: MetaData | None = None) -> None:
        """Take the tables; effects are registered with `on`."""
        self.tables = tables
        self.kept = kept or MetaData()
        self._effects: dict[str, list[Effect]] = {}

    def on(self, *names: str) -> Callable[[Effect], Effect]:
        """Register the effect of the events of these names on the views."""

        def add(effect: Effect) -> Effect:
            for name in names:
                self._effects.setdefault(name, []).append(effect)
            return effect

        return add

    def apply(self, connection: Connection, event: Event) -> None:
        """Let one event have its effects."""
        for effect in self._effects.get(event.name, ()):
            effect(connection, event)

    def clear(self, connection: Connection) -> None:
        """Empty every view table."""
        for table in reversed(self.tables.sorted_tables):
            connection.execute(table.delete())


class Policies:
    """What a service decides when somebody else's event arrives."""

    ANY = "*"

    def __init__(self, *, append: bool = True) -> None:
        """Start without decisions; they are registered with `on`. `append`: may events follow?"""
        self._append = append
        self._decisions: dict[str, list[Decision]] = {}

    def on(self, *names: str) -> Callable[[Decision], Decision]:
        """Register a decision on the events of these names (`Policies.ANY`: on every event)."""

        def add(decision: Decision) -> Decision:
            for name in names:
                self._decisions.setdefault(name, []).append(decision)
            return decision

        return add

    @property
    def may_append(self) -> bool:
        """Whether a decision may append events."""
        return self._append and bool(self._decisions)

    def concerns(self, name: str) -> bool:
        """Tell whether anything is decided on events of this name."""
        return name in self._decisions or self.ANY in self._decisions

    def decide(self, application: Any, event: Event) -> None:
        """Run the decisions on one event."""
        for name in (self.ANY, event.name):
            for decision in self._decisions.get(name, ()):
                decision(application, event)
