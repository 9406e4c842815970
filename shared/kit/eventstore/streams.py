"""Streams of many aggregates at once, and events around a position: for who looks back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import takewhile

from sqlalchemy import select

from shared.kit.contracts import Event, decode
from shared.kit.eventstore import tables
from shared.kit.eventstore.bulk import among, in_json
from shared.kit.eventstore.prepared import Prepared
from shared.kit.eventstore.store import Store

AT_ONCE = 500
_at = tables.events.c
_STREAMS = Prepared(
    select(_at.position, _at.body).where(among(_at.stream, "ids")).order_by(_at.position)
)


def streams(store: Store, wanted: Sequence[str]) -> dict[str, list[Event]]:
    """Return every event of some streams, the oldest first; a stream without events is left out."""
    found: dict[str, list[Event]] = {}
    for start in range(0, len(wanted), AT_ONCE):
        some = {"ids": in_json(wanted[start : start + AT_ONCE])}
        with store.connection() as connection:
            for position, body in _STREAMS.all(connection, some):
                event = decode(store.source, position, bytes(body))
                found.setdefault(event.stream, []).append(event)
    return found


def run_around(store: Store, position: int, belongs: Callable[[Event], bool]) -> list[Event]:
    """Return the events around a position that follow each other and all `belong`, in order."""
    up_to = list(takewhile(belongs, _backwards(store, position)))
    return [*reversed(up_to), *takewhile(belongs, _onwards(store, position))]


def _backwards(store: Store, position: int) -> Iterator[Event]:
    while position > 0:
        after = max(0, position - AT_ONCE)
        for each in reversed(store.log(after, position - after)):
            yield decode(store.source, each.position, each.body)
        position = after


def _onwards(store: Store, position: int) -> Iterator[Event]:
    while page := store.log(position, AT_ONCE):
        for each in page:
            yield decode(store.source, each.position, each.body)
        position = page[-1].position
