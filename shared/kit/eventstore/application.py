"""The event-sourced application every service builds on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

import eventsourcing.application as library
from eventsourcing.domain import Aggregate
from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    InfrastructureFactory,
    Mapper,
    Notification,
    ProcessRecorder,
    StoredEvent,
    Subscription,
    TrackingRecorder,
    Transcoder,
)
from eventsourcing.utils import Environment, EnvType
from sqlalchemy import Executable, Table, bindparam, insert, select

from shared.kit.eventstore import tables
from shared.kit.eventstore.context import Context
from shared.kit.eventstore.empty import A, blank, project
from shared.kit.eventstore.mapper import EventMapper, PrivacyDesk
from shared.kit.eventstore.prepared import Prepared
from shared.kit.eventstore.store import Store
from shared.kit.eventstore.views import Policies, Views
from shared.town.access.access_log import Look
from shared.town.campaign import Campaign

_NEWEST = 2**31 - 1


class StreamRecorder(AggregateRecorder):
    """Reads streams from one of the store's two tables of them."""

    def __init__(self, store: Store, table: Table, content: str) -> None:
        """Read `table`, whose column `content` holds the bytes."""
        self.store = store
        self.table = table
        self.content = content
        at = table.c
        query = select(at.stream_version, at.topic, at[content])
        query = query.where(
            at.stream == bindparam("stream"),
            at.stream_version > bindparam("gt"),
            at.stream_version <= bindparam("lte"),
        ).limit(bindparam("most"))
        self._oldest = Prepared(query.order_by(at.stream_version))
        self._newest = Prepared(query.order_by(at.stream_version.desc()))

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Return a stream's events in order, between two versions."""
        query = self._newest if desc else self._oldest
        wanted = {
            "stream": str(originator_id),
            "gt": gt if gt is not None else -1,
            "lte": lte if lte is not None else _NEWEST,
            "most": limit if limit is not None else _NEWEST,
        }
        with self.store.connection() as connection:
            return [
                StoredEvent(originator_id, version, topic, bytes(content))
                for version, topic, content in query.all(connection, wanted)
            ]

    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        """Write snapshots in the running transaction."""
        rows = [
            {
                "stream": str(event.originator_id),
                "stream_version": event.originator_version,
                "topic": event.topic,
                self.content: event.state,
            }
            for event in stored_events
        ]
        self.store.current.connection.execute(insert(self.table), rows)
        return None


class EventRecorder(StreamRecorder, ApplicationRecorder):
    """Reads the streams of events; they are written by the store itself."""

    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        """Refuse: events are appended with `Store.append`."""
        raise NotImplementedError("append events with Store.append")

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Refuse: the log is read with `Store.log`."""
        raise NotImplementedError("read the log with Store.log")

    def max_notification_id(self) -> int | None:
        """Position of the newest event."""
        return self.store.head() or None

    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> Subscription[ApplicationRecorder]:
        """Refuse: stores are followed by relays."""
        raise NotImplementedError("a store is followed by its relay")


class StoreFactory(InfrastructureFactory[TrackingRecorder]):
    """Gives the library's application our store."""

    def __init__(self, env: Environment, store: Store, mapper: EventMapper) -> None:
        """Take what the application is made of."""
        super().__init__(env)
        self.store = store
        self._mapper = mapper

    def mapper(self, transcoder: Transcoder | None = None, mapper_class: Any = None) -> Mapper[Any]:
        """Return the mapper to envelopes."""
        return self._mapper

    def aggregate_recorder(self, purpose: str = "events") -> AggregateRecorder:
        """Return the recorder of snapshots."""
        return StreamRecorder(self.store, tables.snapshots, "state")

    def application_recorder(self) -> ApplicationRecorder:
        """Return the recorder of events."""
        return EventRecorder(self.store, tables.events, "body")

    def tracking_recorder(
        self, tracking_recorder_class: type[TrackingRecorder] | None = None
    ) -> TrackingRecorder:
        """Refuse: positions are tracked by `Store.track`."""
        raise NotImplementedError("positions are tracked with Store.track")

    def process_recorder(self) -> ProcessRecorder:
        """Refuse: positions are tracked by `Store.track`."""
        raise NotImplementedError("positions are tracked with Store.track")

    def close(self) -> None:
        """Close the store."""
        self.store.close()


class Application(library.Application[UUID]):
    """One service's application: its aggregates, views and policies on one store.

    A subclass names its `aggregates`, `views` and `policies`, and has one method a command or
    query. Commands run inside `store.transaction`, which the web kit and the subscriber begin.
    """

    aggregates: ClassVar[tuple[type[Aggregate], ...]] = ()
    views: ClassVar[Views]
    policies: ClassVar[Policies] = Policies()

    def __init__(
        self,
        store: Store,
        campaign: Campaign,
        *,
        site: str | None = None,
        privacy: PrivacyDesk | None = None,
    ) -> None:
        """Take the store, the campaign's plan, a shard's site, and the privacy desk."""
        self.store = store
        self.campaign = campaign
        self.site_code = site
        self.privacy = privacy
        super().__init__()
        # Aggregates without snapshots need not be looked for among the snapshots.
        self._plain = library.Repository[UUID](self.events)

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        """Return settings that come from the class alone, never from the process."""
        snapshotting = "y" if self.snapshotting_intervals else "n"
        return Environment(name, {"IS_SNAPSHOTTING_ENABLED": snapshotting})

    def construct_factory(self, env: Environment) -> InfrastructureFactory[Any]:
        """Return the factory of our store."""
        aggregates = (*self.aggregates, Look)
        self._mapper = EventMapper(self.store, aggregates, self.privacy)
        return StoreFactory(env, self.store, self._mapper)

    def started(self) -> None:
        """Do what has to be done before the part serves; called in a write transaction."""

    def start(self) -> None:
        """Run `started` in a transaction of its own."""
        with self.store.transaction(Context("start", "system", "start")):
            self.started()

    def rebuild_views(self) -> int:
        """Build the views anew from events; return how many own events were replayed."""
        return self.store.rebuild(Context("rebuild", "operator", "rebuild"))

    def get(self, kind: type[A], aggregate_id: UUID) -> A:
        """Return an aggregate; raise `AggregateNotFoundError` if it has no events."""
        repository = self.repository if kind in self.snapshotting_intervals else self._plain
        aggregate: Any = repository.get(aggregate_id, projector_func=project)
        assert isinstance(aggregate, kind)
        return aggregate

    def find(self, kind: type[A], aggregate_id: UUID) -> A | None:
        """Return an aggregate, or None if it has no events yet."""
        try:
            return self.get(kind, aggregate_id)
        except library.AggregateNotFoundError:
            return None

    def begin(self, kind: type[A], aggregate_id: UUID) -> A:
        """Return an aggregate, empty if it has no events yet (see `shared.kit.eventstore.empty`)."""
        return self.find(kind, aggregate_id) or blank(kind, aggregate_id)

    def save(self, *objs: Any, **kwargs: Any) -> list[Any]:
        """Append what has happened to aggregates, in the running transaction."""
        events = [event for each in objs if each is not None for event in each.collect_events()]
        self.store.append(list(map(self._mapper.envelope, events)))
        if self.snapshotting_intervals:
            kinds = {each.id: type(each) for each in objs if each is not None}
            for event in events:
                interval = self.snapshotting_intervals.get(kinds[event.originator_id])
                if interval is not None and event.originator_version % interval == 0:
                    self.take_snapshot(event.originator_id, event.originator_version)
        return []

    def take_snapshot(
        self, aggregate_id: UUID, version: int | None = None, projector_func: Any = project
    ) -> None:
        """Write a snapshot; empty beginnings are understood."""
        super().take_snapshot(aggregate_id, version, project)

    def unit_of(self, resident: UUID) -> str:
        """Return the code of the unit that counts a resident; a service that knows them says so."""
        raise NotImplementedError(f"{type(self).__name__} knows no residents")

    def units_of(self, resident: UUID) -> tuple[str, ...]:
        """Return the codes of the units whose staff may act for a resident."""
        return (self.unit_of(resident),)

    def sites_of(self, unit: str) -> tuple[str, ...]:
        """Return the sites at which a unit's people may have a course: as the campaign says."""
        return tuple(each.site for each in self.campaign.units if each.code == unit)

    def units_at(self, site: str) -> tuple[str, ...]:
        """Return the units whose people may have a course at a site: as the campaign says."""
        return tuple(each.code for each in self.campaign.units if each.site == site)

    def now(self) -> datetime:
        """Return the instant of the town's clock."""
        return self.store.clock.now()

    def today(self) -> date:
        """Return the town's day."""
        return self.store.clock.today()

    def rows(self, query: Executable | Prepared, **values: Any) -> list[dict[str, Any]]:
        """Run a query on the views, with the values of a prepared one; one mapping a row."""
        with self.store.connection() as connection:
            if isinstance(query, Prepared):
                return [row._asdict() for row in query.all(connection, values)]
            return [dict(row) for row in connection.execute(query).mappings()]

    def row(self, query: Executable | Prepared, **values: Any) -> dict[str, Any] | None:
        """Return the first row of a query on the views, or None."""
        with self.store.connection() as connection:
            if isinstance(query, Prepared):
                found = query.first(connection, values)
                return found._asdict() if found is not None else None
            found = connection.execute(query).mappings().first()
            return dict(found) if found else None
