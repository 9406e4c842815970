"""Work: what a command, query or policy is given - its store, aggregates, views and clock.

A command is a function `lend(work, book, …)`. It runs inside `store.transaction`, which
the HTTP edge and the follower begin; `work.begin` brings an aggregate, the aggregate decides,
`work.save` appends what has happened.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar, overload
from uuid import UUID

from eventsourcing.application import AggregateNotFoundError, Repository
from eventsourcing.domain import Aggregate
from eventsourcing.persistence import EventStore
from sqlalchemy import Executable, func, select

from shared.kit.eventstore import tables
from shared.kit.eventstore.context import Context
from shared.kit.eventstore.empty import A, blank, project
from shared.kit.eventstore.mapper import EventMapper, Sealer
from shared.kit.eventstore.prepared import Prepared
from shared.kit.eventstore.recorders import StreamRecorder
from shared.kit.eventstore.store import Store
from shared.kit.language import Text
from shared.kit.refusals import Refusal, refusal

Row = dict[str, Any]
"""One row of a view by the names of its columns: texts, numbers, None."""

T = TypeVar("T")

ChangedSince = refusal(
    "changed-since",
    zh="之后已有人改过（{what}，{when}），没有执行。请看现在的情况再办。",
    en="It was changed since ({what}, {when}), so nothing was done; see how it is now, then decide.",
    doc="Something was changed again after what an undo would take back, or a page had shown.",
)


class Work:
    """The unit of work of one part, for as long as it lives.

    `busy`: a long job is at work, and whoever shares this process with it holds back.
    """

    def __init__(
        self,
        store: Store,
        aggregates: Sequence[type[Aggregate]],
        snapshots: Mapping[type[Aggregate], int] | None = None,
        sealer: Sealer | None = None,
    ) -> None:
        """Know the aggregates whose events are stored; `snapshots`: of which, every how many."""
        self.store = store
        self.busy = False
        self._mapper = EventMapper(store, aggregates, sealer)
        self._every = dict(snapshots or {})
        self._snapshots = EventStore(self._mapper, StreamRecorder(store, tables.snapshots, "state"))
        events = EventStore(self._mapper, StreamRecorder(store, tables.events, "body"))
        # Aggregates without snapshots need not be looked for among the snapshots.
        self._plain = Repository[UUID](events)
        self._snapped = Repository[UUID](events, snapshot_store=self._snapshots)
        self._own: dict[type[Any], Any] = {}

    # Aggregates

    def get(self, kind: type[A], aggregate_id: UUID) -> A:
        """Return an aggregate; raise `AggregateNotFoundError` if it has no events."""
        repository = self._snapped if kind in self._every else self._plain
        aggregate: Any = repository.get(aggregate_id, projector_func=project)
        assert isinstance(aggregate, kind)
        return aggregate

    def before(self, kind: type[A], aggregate_id: UUID, version: int) -> A:
        """Return an aggregate as it was before it had a version; there is one version before."""
        aggregate: Any = self._plain.get(aggregate_id, version=version - 1, projector_func=project)
        assert isinstance(aggregate, kind)
        return aggregate

    def find(self, kind: type[A], aggregate_id: UUID) -> A | None:
        """Return an aggregate, or None if it has no events yet."""
        try:
            return self.get(kind, aggregate_id)
        except AggregateNotFoundError:
            return None

    def begin(self, kind: type[A], aggregate_id: UUID, version: int | None = None) -> A:
        """Return an aggregate, empty if it has no events yet (see `shared.kit.eventstore.empty`).

        With the `version` that an undo takes back, or a page has shown, raises `ChangedSince` once
        it has another one.
        """
        aggregate = self.find(kind, aggregate_id) or blank(kind, aggregate_id)
        if version not in (None, aggregate.version):
            raise self._changed_since(str(aggregate_id))
        return aggregate

    def _changed_since(self, stream: str) -> Refusal:
        for latest in self.store.stream(stream)[-1:]:
            when = datetime.fromisoformat(latest.recorded_at)
            return ChangedSince(what=self.called(latest.name), when=when)
        return ChangedSince(what=Text("没有记录", "nothing is on record"), when=self.now())

    def called(self, event: str) -> object:
        """What people call an event of this name."""
        return event

    def versions(self, aggregates: Collection[UUID]) -> dict[UUID, int]:
        """Return the version each of some aggregates has; one without events is left out."""
        at = tables.events.c
        query = select(at.stream, func.max(at.stream_version)).group_by(at.stream)
        query = query.where(at.stream.in_([str(each) for each in aggregates]))
        with self.store.connection() as connection:
            return {UUID(stream): version for stream, version in connection.execute(query)}

    def save(self, *aggregates: Aggregate | None) -> None:
        """Append what has happened to aggregates, in the running transaction."""
        changed = [each for each in aggregates if each is not None]
        events = [event for each in changed for event in each.collect_events()]
        self.store.append(list(map(self._mapper.envelope, events)))
        if not self._every:
            return
        kinds = {each.id: type(each) for each in changed}
        for event in events:
            interval = self._every.get(kinds[event.originator_id])
            if interval is not None and event.originator_version % interval == 0:
                self._snap(kinds[event.originator_id], event.originator_id)

    def _snap(self, kind: type[Aggregate], aggregate_id: UUID) -> None:
        aggregate = self.get(kind, aggregate_id)
        self._snapshots.put([aggregate.Snapshot.take(aggregate)])

    # Views

    @overload
    def rows(self, query: Executable | Prepared, /, **values: object) -> list[Row]: ...
    @overload
    def rows(self, query: Executable | Prepared, kind: type[T], /, **values: object) -> list[T]: ...
    def rows(
        self, query: Executable | Prepared, kind: type[Any] = dict, /, **values: object
    ) -> list[Any]:
        """Run a query on the views, with the values of a prepared one; one mapping a row.

        `kind` is the `TypedDict` that says which columns there are.
        """
        del kind
        with self.store.connection() as connection:
            if isinstance(query, Prepared):
                return [row._asdict() for row in query.all(connection, values)]
            return [dict(row) for row in connection.execute(query).mappings()]

    @overload
    def row(self, query: Executable | Prepared, /, **values: object) -> Row | None: ...
    @overload
    def row(self, query: Executable | Prepared, kind: type[T], /, **values: object) -> T | None: ...
    def row(
        self, query: Executable | Prepared, kind: type[Any] = dict, /, **values: object
    ) -> Any | None:
        """Return the first row of a query on the views, or None."""
        del kind
        with self.store.connection() as connection:
            if isinstance(query, Prepared):
                found = query.first(connection, values)
                return found._asdict() if found is not None else None
            row = connection.execute(query).mappings().first()
            return dict(row) if row else None

    def rebuild_views(self) -> int:
        """Build the views from events once more; return how many own events were replayed."""
        return self.store.rebuild(Context("rebuild", "operator", "rebuild"))

    # The clock, and what a room keeps in memory

    def now(self) -> datetime:
        """Return the instant of the part's clock."""
        return self.store.clock.now()

    def today(self) -> date:
        """Return the day of the part's clock."""
        return self.store.clock.today()

    def own(self, kind: type[T], make: Callable[[], T] | None = None) -> T:
        """Return the one object of a class that this part keeps in memory, made at first use."""
        if kind not in self._own:
            self._own[kind] = (make or kind)()
        return self._own[kind]
