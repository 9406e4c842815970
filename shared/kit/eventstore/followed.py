"""Followed sources: how far each is held by the views and decided on, and which history counts."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, bindparam, insert, select, update

from shared.kit.contracts.chain import POSITION_BYTES
from shared.kit.contracts.histories import Generation, Histories
from shared.kit.eventstore import tables
from shared.kit.eventstore.prepared import Prepared

_at = tables.positions.c
_REACHED = Prepared(
    select(_at.position, _at.decided, _at.link).where(_at.source == bindparam("wanted"))
)
_EVERYWHERE = Prepared(select(_at.source, _at.position, _at.decided, _at.link).order_by(_at.source))
_TRACK = Prepared(
    update(tables.positions)
    .where(_at.source == bindparam("wanted"))
    .values(position=bindparam("at"), decided=bindparam("ran"), link=bindparam("end"))
)
_histories = tables.generations.c
_ACCEPTED = Prepared(
    select(_histories.number, _histories.fork, _histories.after, _histories.link)
    .where(_histories.source == bindparam("wanted"))
    .order_by(_histories.number)
)


class Reached(NamedTuple):
    """How far a source is followed: in the views, by policies, and the chain's link there."""

    position: int = 0
    decided: int = 0
    link: bytes | None = None

    @property
    def void(self) -> bool:
        """Whether the views hold events that do not count any more, and have to be made anew."""
        return self.position > self.decided


class Place(NamedTuple):
    """How far a source is followed, with the chain's link there as it is stored."""

    source: str
    position: int
    decided: int
    link: bytes


def _place(position: int) -> bytes:
    return position.to_bytes(POSITION_BYTES, "big")


def everywhere(connection: Connection) -> tuple[Place, ...]:
    """Return how far each source is followed, and the chain's link there."""
    return tuple(
        Place(row.source, row.position, row.decided, bytes(row.link or b""))
        for row in _EVERYWHERE.all(connection, {})
    )


def positions(connection: Connection) -> dict[str, int]:
    """Return how far the views have followed each source."""
    return {row.source: row.position for row in connection.execute(select(tables.positions))}


def reached(connection: Connection, source: str) -> Reached:
    """Return how far a source is followed; from the very beginning if it never was."""
    row = _REACHED.first(connection, {"wanted": source})
    if row is None:
        return Reached()
    kept = bytes(row.link or b"")
    # A program from before the chain moved `decided` on and left the link where it was.
    known = kept.startswith(_place(row.decided))
    return Reached(
        row.position, row.decided, kept.removeprefix(_place(row.decided)) if known else None
    )


def track(connection: Connection, source: str, reached: Reached) -> None:
    """Record how far a source is followed."""
    at, ran, link = reached
    end = None if link is None else _place(ran) + link
    if not _TRACK.run(connection, {"wanted": source, "at": at, "ran": ran, "end": end}):
        row = {"source": source, "position": at, "decided": ran, "link": end}
        connection.execute(insert(tables.positions), row)


def histories(connection: Connection, source: str) -> Histories:
    """Return the accepted histories of a source, which may be the store's own."""
    rows = _ACCEPTED.all(connection, {"wanted": source})
    accepted = (Generation(row.number, row.fork, row.after, bytes(row.link)) for row in rows)
    return Histories(source, tuple(accepted))
