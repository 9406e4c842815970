"""The event store of one source: appended to in one transaction, read in order, never changed."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.engine import make_url

from shared.kit.clock import Clock
from shared.kit.contracts import Event, decode, encode
from shared.kit.contracts.chain import Linked
from shared.kit.contracts.envelope import event_of
from shared.kit.contracts.histories import Histories
from shared.kit.eventstore import answers, events_log, followed, opening, relayed, tables
from shared.kit.eventstore.context import Context
from shared.kit.eventstore.engine import (
    UNAVAILABLE,
    WRITES,
    open_engine,
    open_to_read,
    truncate_wal,
)
from shared.kit.eventstore.followed import Reached
from shared.kit.eventstore.snapshots import Snapshots
from shared.kit.eventstore.turns import Turns
from shared.kit.eventstore.views import Views
from shared.kit.refusals import Refusal


@dataclass(slots=True)
class Transaction:
    """A write transaction, alone in its store; `afterwards` is done once it is committed."""

    connection: Connection
    context: Context
    recorded_at: datetime
    afterwards: list[Callable[[], object]]
    end: tuple[int, bytes] | None = None  # newest position, and what the next event is chained to
    appended: int = 0
    kept: dict[object, Any] = field(default_factory=dict[object, Any])  # known till its end


class Store:
    """Events, snapshots, positions, answers and views of one source in one database.

    A write transaction excludes every other writer of the store, also in other processes, so a
    decision taken in it cannot be overtaken, and positions grow by one without gaps.
    """

    def __init__(
        self, url: str, source: str, views: Views, clock: Clock, *, read_only: bool = False
    ) -> None:
        """Open the database at `url` and create what is missing in it.

        Views that were made by another version, with other columns, are made anew of the events.
        To be read only it has to be there, and the database itself refuses to write.
        """
        self.url = url
        self.source = source
        self.views = views
        self.clock = clock
        self.engine = open_to_read(url) if read_only else open_engine(url)
        self._repeatable = self.engine if read_only else open_engine(url, durable=False)
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self.listeners: list[Callable[[], None]] = []
        self.answers: answers.AnswerSealer | None = None
        self.set_back: Refusal | None = None  # why nothing is appended: others hold more than this
        self._failed = False  # to write, the last time
        self._snapshots = Snapshots(self.engine)
        self.turns = Turns(self.engine, self._only_writer)
        self._current: ContextVar[Transaction | None] = ContextVar(f"tx-{source}", default=None)
        if read_only:
            return
        with self.engine.execution_options(**{WRITES: True}).begin() as connection:
            if opening.create_missing(connection, source, views):
                self._replay(connection)

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()
        self._repeatable.dispose()

    # Writing

    @property
    def current(self) -> Transaction:
        """The transaction this code runs in; raise `RuntimeError` outside of one."""
        if (transaction := self._current.get()) is None:
            raise RuntimeError("events are appended inside Store.transaction only")
        return transaction

    @contextmanager
    def transaction(
        self, context: Context, *, repeatable: bool = False, shared: bool = False
    ) -> Iterator[Transaction]:
        """Begin a write transaction; commit at the end, roll everything back on an exception.

        One that appends nothing and would be done again if a power cut took it away is
        `repeatable`: on SQLite it does not wait for the disk. What is short and comes in numbers
        is `shared`: it is committed with what others do who wait at the same time.
        """
        # A killed PostgreSQL would lose it too, after somebody was told how far the views are.
        engine = self._repeatable if repeatable and self.is_sqlite else self.engine
        turns = self.turns.shared() if shared else self.turns.alone(engine)
        with self._watched(), turns as turn:
            transaction = Transaction(
                turn.connection, context, self.clock.now(), turn.afterwards, turn.end
            )
            token = self._current.set(transaction)
            try:
                yield transaction
            finally:
                self._current.reset(token)
            turn.end = transaction.end
            if transaction.appended and self._written not in turn.afterwards:
                turn.afterwards.append(self._written)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Commit what is done inside at its end, all at once; raise what kept it from being stored."""
        with self._watched(), self.turns.together():
            yield

    def _written(self) -> None:
        self._failed = False
        for listener in self.listeners:
            listener()

    def _only_writer(self, connection: Connection) -> None:
        if not self.is_sqlite:
            connection.execute(events_log.WRITER)

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Remember when the database does not take a write; one of nothing does not say that it does."""
        try:
            yield
        except UNAVAILABLE:
            self._failed = True
            raise

    def check(self) -> int:
        """Return the head; raises what is wrong with reading, the chain, or the last write."""
        if self._failed:
            self._mark(0, alive=False)
        if self.set_back is not None:
            raise self.set_back
        return self.end()[0]

    def execute(
        self, context: Context, fingerprint: str, work: Callable[[], Any]
    ) -> tuple[Any, str]:
        """Do a command exactly once, whatever number of times it is sent.

        Returns its answer (a JSON value) and, if it was done before, when (ISO 8601), else nothing.
        Raises `KeyReused` when the key belongs to a command with another `fingerprint`,
        `AnswerExpired` when the answer is not kept any more, and what `work` raises, in which
        case nothing at all has happened.
        """
        with self.transaction(context, shared=True) as transaction:
            connection = transaction.connection
            command, sealer = context.command, self.answers
            known = answers.find(connection, command, fingerprint, sealer)
            if known is not None:
                return known
            answer = work()
            recorded_at = transaction.recorded_at.isoformat()
            answers.keep(connection, command, fingerprint, recorded_at, answer, sealer)
        return answer, ""

    def append(self, documents: Sequence[dict[str, Any]]) -> list[int]:
        """Append events, given as envelopes of the newest version; return their positions.

        Their effect on the service's own views is part of the same transaction. Raises why the
        store was set back, if it was.
        """
        if not documents:
            return []
        if self.set_back is not None:
            raise self.set_back
        transaction, appended = self.current, list[Event]()
        head, end = transaction.end or self.end()
        for position, document in enumerate(documents, head + 1):
            appended.append(event_of(self.source, position, document, encode(document)))
        transaction.end = events_log.append(transaction.connection, end, appended)
        self.views.apply_all(transaction.connection, appended)
        transaction.appended += len(appended)
        return [event.position for event in appended]

    def truncate_wal(self) -> bool:
        """Empty SQLite's write-ahead log, which still holds deleted rows; False while it is read."""
        return not self.is_sqlite or truncate_wal(self.engine)

    # Reading

    @contextmanager
    def connection(self) -> Generator[Connection, None, None]:
        """The connection to read with: that of the transaction or snapshot, or one of its own."""
        if (transaction := self._current.get()) is not None:
            yield transaction.connection
        else:
            with self._snapshots.connection() as connection:
                yield connection

    def snapshot(self) -> AbstractContextManager[None]:
        """Let all that is read inside be of one moment; a transaction inside sees what is there."""
        return self._snapshots.begin()

    def head(self) -> int:
        """Position of the newest event; 0 in an empty store."""
        with self.connection() as connection:
            return events_log.HEAD.value(connection, {})

    def end(self) -> tuple[int, bytes]:
        """Position and link of the newest event; raises `ChainBroken`."""
        with self.connection() as connection:
            return events_log.end(connection, self.source)

    def log(self, after: int, limit: int) -> list[Linked]:
        """Events after a position in order, at most `limit`; raises `ChainBroken`."""
        with self.connection() as connection:
            return events_log.page(connection, self.source, after, limit)

    def stream(self, stream: str) -> list[Event]:
        """Every event of one stream, oldest first."""
        at = tables.events.c
        query = select(at.position, at.body).where(at.stream == stream).order_by(at.stream_version)
        with self.connection() as connection:
            return [
                decode(self.source, position, bytes(body))
                for position, body in connection.execute(query)
            ]

    # Positions of other sources

    def positions(self) -> dict[str, int]:
        """How far the views have followed each other source."""
        with self.connection() as connection:
            return followed.positions(connection)

    def reached(self, source: str) -> Reached:
        """How far a source is followed; from the very beginning if it never was."""
        with self.connection() as connection:
            return followed.reached(connection, source)

    def track(self, source: str, reached: Reached) -> None:
        """Record in the running transaction how far a source is followed and decided on."""
        followed.track(self.current.connection, source, reached)

    def histories(self, source: str) -> Histories:
        """Return the histories of a source that an operator has accepted."""
        with self.connection() as connection:
            return followed.histories(connection, source)

    # The relay's place

    def published(self) -> tuple[int, float | None]:
        """Position up to which the broker has confirmed, and seconds since the relay's last beat."""
        with self.connection() as connection:
            return relayed.published(connection)

    def mark_published(self, position: int) -> None:
        """Record what the broker has confirmed, and a beat; only the one active relay calls this."""
        self._mark(position, alive=True)

    def _mark(self, position: int, *, alive: bool) -> None:
        marking = self._repeatable.execution_options(**{WRITES: True})
        with self.turns.held(), self._watched(), marking.begin() as connection:
            relayed.mark(connection, position, alive=alive)
        self._failed = False

    # Rebuilding

    def rebuild(self, context: Context) -> int:
        """Empty the views and replay the store's own events; other sources are followed anew.

        Returns the number of own events replayed. Policies do not decide again.
        """
        with self.transaction(context) as transaction:
            self.views.clear(transaction.connection)
            return self._replay(transaction.connection)

    def _replay(self, connection: Connection) -> int:
        """Replay the own events on empty views; return how many there are."""
        connection.execute(update(tables.positions).values(position=0))
        after = 0
        while batch := events_log.page(connection, self.source, after, events_log.AT_ONCE):
            events = [decode(self.source, each.position, each.body) for each in batch]
            self.views.apply_all(connection, events)
            after = batch[-1].position
        return after
