"""The relay's place: how far the broker has confirmed, and when the relay last gave a sign of life.

The moment is written and read by the database's clock, so whatever the clocks of the machines show
around it, a live relay is told from a dead one.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import BigInteger, Connection, String, bindparam, case, func, insert, select, update

from shared.kit.eventstore import tables
from shared.kit.eventstore.prepared import Prepared

_place = tables.relay.c
_AT = bindparam("at", type_=BigInteger)
_BEAT = bindparam("beat", type_=String)
_MARK = Prepared(
    update(tables.relay).values(
        position=case((_place.position > _AT, _place.position), else_=_AT),
        beat_at=func.coalesce(_BEAT, _place.beat_at),
    )
)


def published(connection: Connection) -> tuple[int, float | None]:
    """Return the relay's place and the seconds since its last beat; None: it never gave one.

    Seconds below zero: the database's clock was put back since.
    """
    row = connection.execute(select(tables.relay)).first()
    if row is None or not row.beat_at:
        return row.position if row else 0, None
    silent = _now(connection) - datetime.fromisoformat(row.beat_at)
    return row.position, silent.total_seconds()


def mark(connection: Connection, position: int, *, alive: bool) -> None:
    """Record the relay's place, which never goes back, and a beat if it is `alive`."""
    beat = _now(connection).isoformat() if alive else None
    if not _MARK.run(connection, {"at": position, "beat": beat}):
        row = {"id": 1, "position": position, "beat_at": beat or ""}
        connection.execute(insert(tables.relay), row)


def _now(connection: Connection) -> datetime:
    now = connection.scalar(select(func.now()))
    assert now is not None
    return now if now.tzinfo else now.replace(tzinfo=UTC)
