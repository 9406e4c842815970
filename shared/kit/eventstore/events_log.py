"""Log of a store: its events in order with their links, and how both are appended."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from itertools import takewhile
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, text

from shared.kit.contracts import Event
from shared.kit.contracts.chain import Linked, beginning, chained
from shared.kit.eventstore import tables
from shared.kit.eventstore.bulk import insert_all
from shared.kit.eventstore.prepared import Prepared
from shared.kit.eventstore.schema import Schema
from shared.kit.language import at_terminal
from shared.kit.refusals import refusal

AT_ONCE = 1000

log = logging.getLogger(__name__)

# Whoever writes holds it; a lock of the table itself would ask for the right to change it.
WRITER = text("SELECT pg_advisory_xact_lock(2)")

_events, _links = tables.events.c, tables.links.c
HEAD = Prepared(select(func.coalesce(func.max(_events.position), 0)))
_linked = tables.events.outerjoin(tables.links, _links.position == _events.position)
_link_of = func.coalesce(_events.link, _links.link).label("link")
_PAGE = Prepared(
    select(_events.position, _events.body, _link_of)
    .select_from(_linked)
    .where(_events.position > bindparam("after"))
    .order_by(_events.position)
    .limit(bindparam("most"))
)
# Asked before every append: without the event's bytes.
_NEWEST = Prepared(
    select(_events.position, _link_of)
    .select_from(_linked)
    .order_by(_events.position.desc())
    .limit(1)
)
_ADD_LINK = {
    ("positions", "sqlite"): text("ALTER TABLE positions ADD COLUMN link BLOB"),
    ("positions", "postgresql"): text("ALTER TABLE positions ADD COLUMN link BYTEA"),
    ("events", "sqlite"): text("ALTER TABLE events ADD COLUMN link BLOB"),
    ("events", "postgresql"): text("ALTER TABLE events ADD COLUMN link BYTEA"),
}
_FIRST = Prepared(select(_link_of).select_from(_linked).order_by(_events.position).limit(1))

ChainBroken = refusal(
    "chain-broken",
    503,
    zh="{source} 的第 {position} 条事件不是本系统写入的，已停止写入；请立即查明是谁改动了数据库。",
    en="Event {position} of {source} was not written by this system; nothing more is written."
    " Find out at once who changed the database.",
)


def page(connection: Connection, source: str, after: int, limit: int) -> list[Linked]:
    """Return events after a position, in order; raises `ChainBroken` if the next has no link."""
    rows = _PAGE.all(connection, {"after": after, "most": limit})
    whole = list(takewhile(lambda row: row.link is not None, rows)) or rows[:1]
    return [Linked(row.position, bytes(row.body), _link(source, row)) for row in whole]


def end(connection: Connection, source: str) -> tuple[int, bytes]:
    """Return position and link of the newest event; raises `ChainBroken`."""
    newest = _NEWEST.first(connection, {})
    return (newest.position, _link(source, newest)) if newest else (0, beginning(source))


def append(connection: Connection, end: bytes, events: Sequence[Event]) -> tuple[int, bytes]:
    """Write events that are chained to `end`; return the newest's position and link."""
    linked = list(chained(end, ((event.position, event.body) for event in events)))
    rows = [_row_of(event, one.link) for event, one in zip(events, linked, strict=True)]
    insert_all(connection, tables.events, rows)
    return linked[-1].position, linked[-1].link


def chain(connection: Connection, source: str, there: Schema) -> None:
    """Bring a store from before the chain to it: links are added, nothing is changed.

    `there`: what the database had when it was opened.
    """
    for table in ("positions", "events"):
        if table in there.columns and "link" not in there.columns[table]:
            connection.execute(_ADD_LINK[table, connection.dialect.name])
    first = _FIRST.first(connection, {})
    if first is None or first.link is not None:
        return
    if connection.dialect.name == "postgresql":
        connection.execute(WRITER)
    position, newest = 0, beginning(source)
    while batch := _PAGE.all(connection, {"after": position, "most": AT_ONCE}):
        linked = list(chained(newest, ((row.position, bytes(row.body)) for row in batch)))
        rows = [{"position": each.position, "link": each.link} for each in linked]
        insert_all(connection, tables.links, rows)
        position, newest = linked[-1].position, linked[-1].link
    if position:
        log.warning(
            at_terminal(
                "{source}：已为 {n} 条事件补上链，最后的链是 {link}",
                "{source}: {n} events chained, the last link is {link}",
                source=source,
                n=position,
                link=newest.hex(),
            )
        )


def _link(source: str, row: Any) -> bytes:
    if row.link is None:
        raise ChainBroken(source=source, position=row.position)
    return bytes(row.link)


def _row_of(event: Event, link: bytes) -> dict[str, Any]:
    return {
        "position": event.position,
        "stream": event.stream,
        "stream_version": event.stream_version,
        "topic": f"{event.name}.v{event.version}",
        "body": event.body,
        "link": link,
    }
