"""How SQLite would answer what is asked of a store: the indexes that it would read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from shared.kit.eventstore import Store
from shared.kit.eventstore.prepared import drive


@contextmanager
def plans(store: Store) -> Iterator[list[str]]:
    """Yield a list of the plans, in SQLite's words, of all that SQLAlchemy is asked meanwhile."""
    found = list[str]()

    def explain(connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        rows = drive(connection, f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
        found.extend(row[3] for row in rows)

    event.listen(store.engine, "before_cursor_execute", explain)
    try:
        yield found
    finally:
        event.remove(store.engine, "before_cursor_execute", explain)


def read_in(found: list[str]) -> set[str]:
    """Return the names of the indexes in plans."""
    return set(re.findall(r"INDEX (?!sqlite_)(\w+) \(", "\n".join(found)))
