"""Read models of close matches: pairs of records, and what was decided of them.

A link itself is marked where it counts: with residents and their doses, and in the mirrors.
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Float,
    Index,
    MetaData,
    String,
    Table,
    Text,
    insert,
    update,
)

from shared.kit.contracts import Event
from shared.kit.eventstore import Views

tables = MetaData()
pairs = Table(
    "pairs",
    tables,
    Column("pair", String, primary_key=True),
    Column("resident", String, nullable=False, index=True),
    Column("other", String, nullable=False, index=True),
    Column("score", Float),  # None: two records that somebody named by hand
    Column("reasons", Text, nullable=False),
    Column("against", Text, nullable=False),
    Column("found", BigInteger, nullable=False),
    Column("state", String, nullable=False),
    Column("until", String),
    Index("pairs_to_decide", "state", "found"),
)
decisions = Table(
    "decisions",
    tables,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("event", String, nullable=False),
    Column("resident", String, nullable=False, index=True),
    Column("other", String, nullable=False, index=True),
    Column("at", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("stands", Boolean, nullable=False),  # neither taken back nor followed by another
)

views = Views(tables)

_STATES = {
    "CloseMatchFound": "open",
    "CloseMatchDismissed": "dismissed",
    "CloseMatchPostponed": "postponed",
    "CloseMatchReopened": "open",
}


@views.on(*_STATES)
def _pair(connection: Connection, event: Event) -> None:
    data = event.data
    values: dict[str, Any] = {"state": _STATES[event.name], "until": data.get("until")}
    changed = update(pairs).where(pairs.c.pair == event.stream).values(values)
    if connection.execute(changed).rowcount:
        return
    row = values | {
        "pair": event.stream,
        "resident": data["resident"],
        "other": data["other"],
        "score": data.get("score"),
        "reasons": json.dumps(data.get("reasons", [])),
        "against": json.dumps(data.get("against", [])),
        "found": event.position,
    }
    connection.execute(insert(pairs), row)


@views.on(
    "CloseMatchDismissed",
    "CloseMatchPostponed",
    "CloseMatchReopened",
    "ResidentsMerged",
    "MergeUndone",
)
def _decided(connection: Connection, event: Event) -> None:
    data = event.data
    other = data.get("other") or data["into"]
    at, both = decisions.c, (data["resident"], other)
    of_both = at.resident.in_(both) & at.other.in_(both)
    links = ("ResidentsMerged", "MergeUndone")
    kinds = links if event.name in links else tuple(_STATES)
    earlier = update(decisions).where(of_both, at.event.in_(kinds), at.stands.is_(True))
    connection.execute(earlier.values(stands=False))
    row = {
        "position": event.position,
        "event": event.name,
        "resident": data["resident"],
        "other": other,
        "at": event.recorded_at,
        "actor": event.actor,
        "stands": event.name not in ("CloseMatchReopened", "MergeUndone"),
    }
    connection.execute(insert(decisions), row)
