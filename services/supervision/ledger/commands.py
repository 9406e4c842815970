"""Writing the ledger: events are kept once and for ever; a checkpoint says how far it reaches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from services.supervision.domain.ledger import Ledger, chained
from services.supervision.ledger.queries import counting, head
from services.supervision.ledger.views import ledger
from shared.kit.contracts import Event
from shared.kit.eventstore import Row, insert_all
from shared.town.work import Work


class Checkpointed(TypedDict):
    """How far the ledger reaches, where its chain ends, and how far it holds each source."""

    entries: int
    head: str
    positions: dict[str, int]


def keep(work: Work, events: Sequence[Event]) -> None:
    """Append events of one source, in order, to the ledger, in the running transaction."""
    last = head(work)
    previous = last["hash"]
    rows = list[Row]()
    for entry, event in enumerate(events, last["entry"] + 1):
        previous = chained(previous, event.source, event.position, event.body)
        row = {
            "entry": entry,
            "source": event.source,
            "position": event.position,
            "name": event.name,
            "resident": event.data.get("resident"),
            "unit": event.data.get("unit"),
            "recorded_at": event.recorded_at,
            "body": event.body,
            "hash": previous,
        }
        rows.append(row)
    insert_all(work.store.current.connection, ledger, rows)


def checkpoint(work: Work) -> Checkpointed:
    """Say publicly how far the ledger reaches and where its chain ends."""
    last = head(work)
    positions = counting(work)
    book = work.begin(Ledger, Ledger.create_id())
    book.checkpoint(last["entry"], last["hash"], positions)
    work.save(book)
    return {"entries": book.entries, "head": book.head, "positions": positions}
