"""Recorders: how the library's repositories read streams and snapshots of our store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from eventsourcing.persistence import AggregateRecorder, StoredEvent
from sqlalchemy import Table, bindparam, insert, select

from shared.kit.eventstore.prepared import Prepared
from shared.kit.eventstore.store import Store

_NEWEST = 2**31 - 1


class StreamRecorder(AggregateRecorder):
    """Reads streams from one of the store's two tables of them; writes snapshots."""

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

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> None:
        """Write snapshots in the running transaction; events are appended with `Store.append`."""
        del kwargs
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
