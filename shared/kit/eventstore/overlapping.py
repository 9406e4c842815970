"""PostgreSQL's driver with copies that overlap: the server takes the rows in while we go on.

A copy returns when its rows are sent. Whatever is asked of the connection next, a commit as well,
first waits for the server to have taken them, and raises what it has found wrong with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

import psycopg
from psycopg import generators, pq, waiting
from psycopg.copy import LibpqWriter


class Overlapping(psycopg.Connection[Any]):
    """A connection one of whose copies may be under way."""

    under_way = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Begin without a copy."""
        super().__init__(*args, **kwargs)
        self.cursor_factory = _Cursor

    def copy_in(self, statement: Any, rows: Iterable[Sequence[Any]]) -> None:
        """Send rows for a COPY; the server may still be at work on them afterwards."""
        cursor = self.cursor()
        with cursor.copy(statement, writer=_Sender(cursor)) as copy:
            for row in rows:
                copy.write_row(row)

    def settle(self) -> None:
        """Wait for the copy under way, if there is one."""
        if self.under_way:
            self.under_way = False
            super().wait(_taken(self.pgconn))

    def wait(self, gen: Any, *args: Any, **kwargs: Any) -> Any:
        """Do what is next asked of the server."""
        self.settle()
        return super().wait(gen, *args, **kwargs)

    def commit(self) -> None:
        """Commit; where a copy was wrong nothing is, and the transaction has ended."""
        try:
            self.settle()
        except psycopg.Error:
            super().rollback()
            raise
        super().commit()

    def rollback(self) -> None:
        """Roll back, whatever was wrong with a copy."""
        with suppress(psycopg.Error):
            self.settle()
        super().rollback()


class _Cursor(psycopg.Cursor[Any]):
    def executemany(self, *args: Any, **kwargs: Any) -> None:
        settled: Any = self.connection
        settled.settle()  # before the connection changes its mode
        super().executemany(*args, **kwargs)


class _Sender(LibpqWriter):
    """Ends a copy by sending its end."""

    def finish(self, exc: BaseException | None = None) -> None:
        if exc is not None:
            super().finish(exc)
            return
        sending: Any = self.connection
        sending.wait(_ended(sending.pgconn))
        sending.under_way = True


def _ended(server: Any) -> Any:
    while server.put_copy_end() == 0:
        yield waiting.WAIT_W
    yield waiting.WAIT_W
    while server.flush():
        yield waiting.WAIT_W


def _taken(server: Any) -> Any:
    (result,) = yield from generators.fetch_many(server)
    if result.status != pq.ExecStatus.COMMAND_OK:
        raise psycopg.errors.error_from_result(result)
