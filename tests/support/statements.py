"""Statements: which tables a store is asked for, however often."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event


@contextmanager
def read_tables(engine: Engine) -> Iterator[Counter[str]]:
    """Count of every table in how many statements it is read meanwhile."""
    read = Counter[str]()

    def seen(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        read.update(re.findall(r"\b(?:FROM|JOIN) (\w+)", statement))

    event.listen(engine, "before_cursor_execute", seen)
    try:
        yield read
    finally:
        event.remove(engine, "before_cursor_execute", seen)
