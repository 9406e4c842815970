"""Entries: rows of the ledger as what people and programs read of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from shared.kit.contracts import Data
from shared.kit.contracts.envelope import NOT_THEIRS
from shared.kit.contracts.histories import parts_of
from shared.kit.eventstore import Row
from shared.kit.formats import Moment, only
from shared.town.work import Work

_PLACE = ("entry", "source", "position", "hash")


class Entry(TypedDict):
    """One entry, with the event as it was stored.

    `source` names the history it was told in; `counts`: false, if an operator has let another count.
    """

    entry: int
    source: str
    position: int
    hash: str
    event: str
    version: int
    occurred_at: Moment
    recorded_at: Moment
    actor: str
    command: str
    data: Data
    counts: bool


def entries_of(work: Work, rows: Sequence[Row]) -> list[Entry]:
    """Return rows of the ledger as the entries they are."""
    names = {row["source"] for row in rows}
    histories = {name: work.store.histories(parts_of(name)[0]) for name in names}
    found: list[Entry] = []
    for row in rows:
        history = row["source"]
        place = {name: row[name] for name in _PLACE}
        document = _as_said(row)
        place["counts"] = histories[history].counts(parts_of(history)[1], row["position"])
        found.append(only(Entry, document | place))
    return found


def _as_said(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry's event as it was stored; of one that does not count no more than its name."""
    if row["name"] != NOT_THEIRS:
        return json.loads(bytes(row["body"]))
    try:
        name = str(json.loads(bytes(row["body"]))["event"])
    except (ValueError, LookupError, TypeError):
        name = NOT_THEIRS
    at = row["recorded_at"]
    said: dict[str, Any] = {"event": name, "version": 1, "actor": "", "command": "", "data": {}}
    return said | {"occurred_at": at, "recorded_at": at}
