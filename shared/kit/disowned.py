"""Disowned events: what a source said that is another's to say, kept as evidence in every part."""

from __future__ import annotations

from typing import TypedDict

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    MetaData,
    String,
    Table,
    Text,
    func,
    insert,
    select,
)

from shared.kit.contracts import Event
from shared.kit.contracts.envelope import NOT_THEIRS
from shared.kit.eventstore import Views, Work
from shared.kit.formats import Moment

tables = MetaData()
disowned = Table(
    "disowned",
    tables,
    Column("source", String, primary_key=True),
    Column("position", BigInteger, primary_key=True),
    Column("event", String, nullable=False),
    Column("why", Text, nullable=False),
    Column("recorded_at", String, nullable=False),
    Column("body", Text, nullable=False),
)
views = Views(tables)


class Disowned(TypedDict):
    """An event that does not count: where it stands, what it calls itself, why it does not."""

    source: str
    position: int
    event: str
    why: str
    recorded_at: Moment


@views.on(NOT_THEIRS)
def _kept(connection: Connection, event: Event) -> None:
    where = {"source": event.source, "position": event.position, "recorded_at": event.recorded_at}
    connection.execute(
        insert(disowned), where | event.data | {"body": event.body.decode(errors="replace")}
    )


def found(work: Work, newest: int | None = None) -> list[Disowned]:
    """Return what this part has met and did not believe, by source and position, or the newest."""
    columns = [disowned.c[name] for name in Disowned.__annotations__]
    query = disowned.select().with_only_columns(*columns)
    if newest is None:
        return work.rows(query.order_by(disowned.c.source, disowned.c.position), Disowned)
    latest = query.order_by(disowned.c.recorded_at.desc(), disowned.c.position.desc())
    return work.rows(latest.limit(newest), Disowned)


def count(work: Work) -> int:
    """Return how much this part has met and did not believe."""
    row = work.row(select(func.count().label("number")).select_from(disowned))
    return 0 if row is None else row["number"]
