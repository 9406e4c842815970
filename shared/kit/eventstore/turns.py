"""Turns of a store's writer: commands that wait together share one turn, and one commit (group commit).

    turns = Turns(engine, begin)

    with turns.alone() as turn:     # a transaction of one's own
    with turns.shared() as turn:    # with whoever else is waiting; ends when it is committed
    with turns.together(): ...      # all that is written in shared turns inside; the same

What is done in a shared turn is done one after the other, each in a savepoint, so that who fails
undoes only its own. All of them go on after the commit, those that failed too: a refusal may rest
on what another did just before. A lone command waits for nobody: it lets those in who are ready,
and commits.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from shared.kit.eventstore.engine import WRITES
from shared.kit.eventstore.prepared import drive

MOST = 60  # members of one turn: PostgreSQL keeps 64 savepoints at hand


class Turn:
    """One write transaction of the database, and how many take part in it.

    `end` is the position and link of the newest event in it, once somebody has asked. What is to
    be done once it is committed stands in `afterwards`.
    """

    def __init__(self, connection: Connection, begin: Callable[[Connection], None]) -> None:
        """Begin on a connection, which the turn closes when it ends."""
        self.connection = connection.execution_options(**{WRITES: True})
        self.end: tuple[int, bytes] | None = None
        self.afterwards: list[Callable[[], object]] = []
        self.members = 0
        self._saved = False
        self.over = False
        self.failure: BaseException | None = None
        try:
            self._transaction = self.connection.begin()
            begin(self.connection)
        except BaseException:
            self.connection.close()
            raise

    @contextmanager
    def member(self) -> Iterator[None]:
        """Take part; whoever fails undoes its own, and ends the turn if it is the only one."""
        if self.members:
            self._save()
        end, promised = self.end, len(self.afterwards)
        self.members += 1
        try:
            yield
        except BaseException:
            self.end, self.members = end, self.members - 1
            del self.afterwards[promised:]
            self._undo()
            raise

    def commit(self) -> None:
        """End the turn. What goes wrong is `failure`, for every member to raise."""
        try:
            self._transaction.commit()
        except BaseException as error:
            self.failure = error
            # SQLAlchemy takes a transaction for ended whose commit has failed; the database does not.
            try:
                self.connection.connection.rollback()
            except Exception:
                self.connection.invalidate()
        self._close()
        if self.failure is None:
            for each in self.afterwards:
                each()

    def _save(self) -> None:
        """Keep what others did from what the next one undoes."""
        # SQLite rolls back by itself when the disk is full, and would begin something new.
        driver: Any = self.connection.connection.dbapi_connection
        try:
            if not getattr(driver, "in_transaction", True):
                raise OperationalError("SAVEPOINT", None, RuntimeError("rolled back"))
            if self._saved and self.connection.dialect.name == "sqlite":
                # For each that is open, SQLite copies every page that changes (ADR 0025).
                drive(self.connection, "RELEASE SAVEPOINT member")
            # Elsewhere it hides the one before it, of the same name; the commit ends them all.
            drive(self.connection, "SAVEPOINT member")
            self._saved = True
        except BaseException as error:
            self._fail(error)
            raise

    def _undo(self) -> None:
        if not self.members:
            self._close()
            return
        try:
            drive(self.connection, "ROLLBACK TO SAVEPOINT member")
        except BaseException as error:
            self._fail(error)

    def _fail(self, error: BaseException) -> None:
        self.failure = error
        self._close()

    def _close(self) -> None:
        """Give the connection back; what is not committed is rolled back."""
        self.over = True
        self.connection.close()


class Turns:
    """Whose turn it is to write in one store, in this process."""

    def __init__(self, engine: Engine, begin: Callable[[Connection], None]) -> None:
        """Take turns on an engine; `begin` does what every transaction begins with.

        `let_in` gives way to those who are ready to come in; among green threads, all of them.
        """
        self._engine = engine
        self._begin = begin
        self.let_in: Callable[[], None] = partial(time.sleep, 0)
        self._lock = threading.Lock()
        self._open: Turn | None = None
        self._joint: ContextVar[set[Turn] | None] = ContextVar("joint", default=None)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep everybody else of this process from writing.

        Green threads wait here; in the database's own queue they would stand still with the one
        they wait for.
        """
        if self._joint.get() is not None:
            raise RuntimeError("who writes together writes nothing alone in between")
        with self._lock:
            self._end(self._open)
            yield

    @contextmanager
    def alone(self, engine: Engine | None = None) -> Iterator[Turn]:
        """Write in a transaction of one's own, on another engine perhaps."""
        with self.held():
            turn = Turn((engine or self._engine).connect(), self._begin)
            with turn.member():
                yield turn
            turn.commit()
            if turn.failure is not None:
                raise turn.failure

    @contextmanager
    def shared(self) -> Iterator[Turn]:
        """Write in one transaction with whoever else waits; go on when it is committed."""
        if (joint := self._joint.get()) is not None:
            turn = self._joined()
            joint.add(turn)
            with turn.member():
                yield turn
            return
        own: BaseException | None = None
        with self._lock:
            turn = self._joined()
            try:
                with turn.member():
                    yield turn
            except BaseException as error:
                own = error
        self._leave(turn)
        if turn.failure is not None and turn.failure is not own:
            raise turn.failure from own
        if own is not None:
            raise own

    @contextmanager
    def together(self) -> Iterator[None]:
        """Keep the turn over several shared ones, which nobody believes before the end of it.

        Raises what kept any of them from being committed.
        """
        joint = set[Turn]()
        try:
            with self._lock:
                token = self._joint.set(joint)
                try:
                    yield
                finally:
                    self._joint.reset(token)
        finally:
            for turn in joint:
                self._leave(turn)
        for turn in joint:
            if turn.failure is not None:
                raise turn.failure

    def _leave(self, turn: Turn) -> None:
        """Wait for the commit, in the company of whoever is ready to come in."""
        if not turn.over:
            try:
                self.let_in()
            finally:  # also of a thread that is ended meanwhile: others wait for the writer
                with self._lock:
                    self._end(turn)

    def _joined(self) -> Turn:
        if (turn := self._open) is not None and (turn.over or turn.members >= MOST):
            self._end(turn)
        if (turn := self._open) is None:
            turn = self._open = Turn(self._engine.connect(), self._begin)
        return turn

    def _end(self, turn: Turn | None) -> None:
        """Commit a turn that is still open; its members look at how it went."""
        if turn is not None and turn is self._open:
            self._open = None
            if not turn.over:
                turn.commit()
