"""Aggregates that begin empty: whatever event comes first is an ordinary one.

The library wants a special first event for each aggregate. Where a stream may begin with any of
several events (a book is lent, or reserved first), the aggregate has a method `begin()` that sets
the empty state, and no `@event` on `__init__`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

from eventsourcing.domain import Aggregate, CanInitAggregate, Snapshot
from eventsourcing.utils import resolve_topic

A = TypeVar("A", bound=Aggregate)
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def blank(aggregate_class: type[A], aggregate_id: UUID) -> A:
    """Return an aggregate without events (version 0), in the state its `begin()` sets."""
    aggregate = aggregate_class.__new__(aggregate_class)
    aggregate.__base_init__(aggregate_id, 0, _NEVER)
    begin: Any = getattr(aggregate, "begin")  # noqa: B009 - the convention named above
    begin()
    return aggregate


def project(initial: Any, events: Iterable[Any]) -> Any:
    """Return the aggregate that the events make, beginning with `initial`, or empty."""
    aggregate: Any = initial
    for event in events:
        if aggregate is None and not isinstance(event, CanInitAggregate | Snapshot):
            aggregate = blank(resolve_topic(event.originator_topic), event.originator_id)
        aggregate = event.mutate(aggregate)
    return aggregate
