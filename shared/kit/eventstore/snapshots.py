"""Snapshots: what is read of a store inside one is of one moment, however many statements it takes."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar

from sqlalchemy import Connection, Engine


class Snapshots:
    """Connections to read with: that of the running snapshot, else one for each who asks."""

    def __init__(self, engine: Engine) -> None:
        """Read the engine's database."""
        self._engine = engine
        self._current: ContextVar[Connection | None] = ContextVar("snapshot", default=None)

    @contextmanager
    def begin(self) -> Generator[None, None, None]:
        """Begin one; it shows what is there at the first statement."""
        with self._engine.connect() as connection:
            if connection.dialect.name != "sqlite":  # whose transactions are nothing else
                connection.execution_options(isolation_level="REPEATABLE READ")
            token = self._current.set(connection)
            try:
                with connection.begin():
                    yield
            finally:
                self._current.reset(token)

    @contextmanager
    def connection(self) -> Generator[Connection, None, None]:
        """The connection to read with."""
        if (current := self._current.get()) is not None:
            yield current
        else:
            with self._engine.connect() as connection:
                yield connection
