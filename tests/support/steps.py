"""Steps of SQLite: how much a page reads, whatever the machine is doing besides."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Pool, event


class Steps:
    """How many instructions SQLite's machine has run; a row looked at takes some of them."""

    taken = 0

    def one_more(self) -> int:
        """Count an instruction, and let SQLite go on."""
        self.taken += 1
        return 0


@contextmanager
def counted_steps() -> Iterator[Steps]:
    """Count the steps of all statements on every SQLite database of this process."""
    steps = Steps()

    def lent(connection: Any, *_: Any) -> None:
        connection.set_progress_handler(steps.one_more, 1)

    def given_back(connection: Any, *_: Any) -> None:
        if connection is not None:
            connection.set_progress_handler(None, 1)

    event.listen(Pool, "checkout", lent)
    event.listen(Pool, "checkin", given_back)
    try:
        yield steps
    finally:
        event.remove(Pool, "checkout", lent)
        event.remove(Pool, "checkin", given_back)
