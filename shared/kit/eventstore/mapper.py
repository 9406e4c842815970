"""Between domain events and their stored bytes: contracts, envelope, sealing, snapshots."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from eventsourcing.domain import Aggregate, CanMutateAggregate, DomainEventProtocol
from eventsourcing.persistence import (
    DatetimeAsISO,
    JSONTranscoder,
    Mapper,
    StoredEvent,
    Transcoding,
    UUIDAsHex,
)
from eventsourcing.utils import get_topic

from shared.kit.contracts import catalogue, decode
from shared.kit.eventstore.store import Store

_SNAPSHOT = "snapshot:"
_HEADER = {"originator_id", "originator_version", "originator_topic", "timestamp"}


class Sealer(Protocol):
    """Seals personal fields of an event when it is stored; `shared.town.privacy` is one."""

    def seal(self, subject: str, place: tuple[str, ...], value: dict[str, Any]) -> str:
        """Return the sealed text of `value`, bound to its place in the history."""
        ...


class DateAsISO(Transcoding):
    """Dates inside snapshots."""

    type = date
    name = "date_iso"

    def encode(self, obj: date) -> str:
        """Return ISO 8601."""
        return obj.isoformat()

    def decode(self, data: str) -> date:
        """Read ISO 8601."""
        return date.fromisoformat(data)


class EventMapper(Mapper[UUID]):
    """Writes a domain event as the envelope its contract asks for, and reads it back."""

    def __init__(
        self, store: Store, aggregates: Iterable[type[Aggregate]], sealer: Sealer | None
    ) -> None:
        """Know the aggregates whose events are stored; `sealer` seals their sealed fields."""
        transcoder = JSONTranscoder()
        for transcoding in (UUIDAsHex(), DatetimeAsISO(), DateAsISO()):
            transcoder.register(transcoding)
        super().__init__(transcoder)
        self._store = store
        self._sealer = sealer
        self._aggregates = {aggregate.__name__: aggregate for aggregate in aggregates}
        self._events: dict[str, tuple[type[Any], str]] = {
            event.__name__: (event, get_topic(aggregate))
            for aggregate in self._aggregates.values()
            # An event belongs to the class that declares it: an aggregate may have several halves.
            for half in aggregate.__mro__
            if half is not Aggregate and issubclass(half, Aggregate)
            for event in vars(half).values()
            if isinstance(event, type) and issubclass(event, CanMutateAggregate)
        }

    def envelope(self, domain_event: DomainEventProtocol[UUID]) -> dict[str, Any]:
        """Return the envelope of an event that has just happened, in the running transaction.

        Raises `ContractError` if the event breaks its contract.
        """
        values = vars(domain_event)
        stream, version = str(domain_event.originator_id), domain_event.originator_version
        name = type(domain_event).__name__
        contract = catalogue.latest(name)
        data = {key: value for key, value in values.items() if key not in _HEADER}
        for field, subject in contract.sealed.items():
            if isinstance(data[field], dict):
                if self._sealer is None:
                    raise RuntimeError(f"{name}.{field} needs a sealer")
                place = (stream, str(version), name, field)
                data[field] = self._sealer.seal(str(data[subject]), place, data[field])
        transaction = self._store.current
        context = transaction.context
        recorded_at = transaction.recorded_at.isoformat()
        occurred = context.occurred_at
        return {
            "event": name,
            "version": contract.version,
            "stream": stream,
            "stream_version": version,
            "occurred_at": occurred.isoformat() if occurred else recorded_at,
            "recorded_at": recorded_at,
            "actor": context.actor,
            "command": context.command,
            "correlation": context.correlation,
            "causation": context.causation,
            "data": contract.dump(data),
        }

    def to_stored_event(self, domain_event: DomainEventProtocol[UUID]) -> StoredEvent:
        """Return the stored form of a snapshot; events are stored with `Store.append`."""
        snapshot: Any = domain_event
        return StoredEvent(
            snapshot.originator_id,
            snapshot.originator_version,
            _SNAPSHOT + snapshot.topic.rpartition(":")[2],
            self.transcoder.encode({"timestamp": snapshot.timestamp, "state": snapshot.state}),
        )

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[UUID]:
        """Read a stored event or snapshot; raise `ContractError` if it breaks its contract."""
        if stored_event.topic.startswith(_SNAPSHOT):
            return self._snapshot_to_domain(stored_event)
        event = decode(self._store.source, 0, stored_event.state)
        event_class, aggregate_topic = self._events[event.name]
        state = catalogue.latest(event.name).load(event.data)
        state["originator_id"] = stored_event.originator_id
        state["originator_version"] = stored_event.originator_version
        state["timestamp"] = datetime.fromisoformat(event.recorded_at)
        state["originator_topic"] = aggregate_topic
        domain_event = object.__new__(event_class)
        domain_event.__dict__.update(state)
        return domain_event

    def _snapshot_to_domain(self, stored: StoredEvent) -> DomainEventProtocol[UUID]:
        aggregate = self._aggregates[stored.topic.removeprefix(_SNAPSHOT)]
        saved = self.transcoder.decode(stored.state)
        return aggregate.Snapshot(
            originator_id=UUID(str(stored.originator_id)),
            originator_version=stored.originator_version,
            timestamp=saved["timestamp"],
            topic=get_topic(aggregate),
            state=saved["state"],
        )
