"""Writing the ledger: events are kept once and for ever; a checkpoint says how far it reaches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict

from sqlalchemy import bindparam, delete, func, insert, select

from services.supervision.domain.ledger import Ledger, chained
from services.supervision.ledger.found import found_from
from services.supervision.ledger.kinds import KIND_OF, OF_THE_SYSTEM
from services.supervision.ledger.queries import counted_sources, counting, head
from services.supervision.ledger.views import acts, held, ledger
from shared.kit.contracts import Event, heard
from shared.kit.contracts.envelope import NOT_THEIRS
from shared.kit.eventstore import Prepared, Row, insert_all, put
from shared.town.work import Work

SYSTEM = "policy:"
"""With this begins the name of an actor who is nobody."""
AT_ONCE = 2000
_HELD = Prepared(select(held).where(held.c.source == bindparam("wanted")))


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
    connection = work.store.current.connection
    insert_all(connection, ledger, rows)
    insert_all(connection, acts, [_act(*each) for each in enumerate(events, last["entry"] + 1)])
    for source, number in Counter(event.source for event in events).items():
        position = max(event.position for event in events if event.source == source)
        known = _HELD.first(connection, {"wanted": source})
        row = {"source": source, "position": position, "events": number}
        if known is not None:
            row["position"] = max(position, known.position)
            row["events"] += known.events
        put(connection, held, "source", row)


def _act(entry: int, event: Event) -> Row:
    """Return by what an entry is found; one that its source may not say is believed nothing."""
    theirs = event.name != NOT_THEIRS
    system = not theirs or event.actor.startswith(SYSTEM)
    return {
        "entry": entry,
        "at": int(datetime.fromisoformat(event.recorded_at).timestamp()),
        "kind": KIND_OF.get(event.name, OF_THE_SYSTEM),
        "unit": event.data.get("unit"),
        "actor": None if system else event.actor,
    }


def begin_acts(work: Work) -> None:
    """Forget by what entries are found, where a version that did not note it has kept the ledger since.

    So the entries that are noted are always the last ones, all from one on.
    """
    connection = work.store.current.connection
    newest = connection.execute(select(func.max(acts.c.entry))).scalar()
    if newest is not None and newest < head(work)["entry"]:
        connection.execute(delete(acts))


def note_acts(work: Work) -> bool:
    """Note by what the last entries are found of those that are not noted; False: no more are left."""
    connection, at = work.store.current.connection, ledger.c
    before = found_from(work)
    query = select(at.entry, at.source, at.position, at.body).where(at.entry < before)
    rows = connection.execute(query.order_by(at.entry.desc()).limit(AT_ONCE)).all()
    heard_of = ((row.entry, heard(*row[1:3], bytes(row.body))) for row in rows)
    if rows:
        insert_all(connection, acts, [_act(*each) for each in heard_of])
    return len(rows) == AT_ONCE


def count_held(work: Work) -> None:
    """Count what is held, where a version that did not has kept the ledger."""
    counted = sum(row["events"] for row in work.rows(select(held)))
    if counted == head(work)["entry"]:
        return
    connection = work.store.current.connection
    position, events = func.max(ledger.c.position), func.count()
    connection.execute(delete(held))
    counting_all = select(ledger.c.source, position, events).group_by(ledger.c.source)
    connection.execute(insert(held).from_select(["source", "position", "events"], counting_all))


def checkpoint(work: Work) -> Checkpointed:
    """Say publicly how far the ledger reaches, by what is counted now, and where its chain ends."""
    last = head(work)
    positions = counting(counted_sources(work))
    book = work.begin(Ledger, Ledger.create_id())
    book.checkpoint(last["entry"], last["hash"], positions)
    work.save(book)
    return {"entries": book.entries, "head": book.head, "positions": positions}
