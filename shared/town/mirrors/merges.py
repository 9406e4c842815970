"""Mirror of merges: which records are of one person, and which of them stays (R16)."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Column, Connection, MetaData, String, Table, bindparam, or_, select

from shared.kit.contracts import Event
from shared.kit.eventstore import Prepared, Views
from shared.town.work import Work

tables = MetaData()
links = Table(
    "links",
    tables,
    Column("resident", String, primary_key=True),
    Column("into", String, nullable=False, index=True),
)
views = Views(tables)

_INTO = Prepared(select(links.c.into).where(links.c.resident == bindparam("wanted")))
_LINKED = Prepared(
    select(links.c.into).where(
        or_(links.c.resident == bindparam("wanted"), links.c.into == bindparam("wanted"))
    )
)
_YIELDED = Prepared(
    select(links.c.resident).where(links.c.into == bindparam("wanted")).order_by(links.c.resident)
)


@views.on("ResidentsMerged")
def _linked(connection: Connection, event: Event) -> None:
    row = {name: event.data[name] for name in ("resident", "into")}
    connection.execute(links.insert(), row)


@views.on("MergeUndone")
def _apart(connection: Connection, event: Event) -> None:
    connection.execute(links.delete().where(links.c.resident == event.data["resident"]))


def person_in(connection: Connection, resident: str) -> str:
    """Return the record that stays, of those of the same person; mostly the record itself."""
    return _INTO.value(connection, {"wanted": resident}) or resident


def person_of(work: Work, resident: str) -> str:
    """Return the same outside of an effect."""
    with work.store.connection() as connection:
        return person_in(connection, resident)


def people_of(work: Work, residents: Collection[str]) -> dict[str, list[str]]:
    """Return the records of some residents' persons by the record that stays, which is the first."""
    into = {
        row["resident"]: row["into"]
        for row in work.rows(select(links).where(links.c.resident.in_(residents)))
    }
    people = {person: [person] for person in (into.get(each, each) for each in residents)}
    yielded = select(links).where(links.c.into.in_(people)).order_by(links.c.resident)
    for row in work.rows(yielded):
        people[row["into"]].append(row["resident"])
    return people


def records_of(work: Work, resident: str) -> list[str]:
    """Return all records of a resident's person, the one that stays first; mostly one alone."""
    found = work.row(_LINKED, wanted=resident)
    if found is None:
        return [resident]
    person = found["into"]
    return [person, *(row["resident"] for row in work.rows(_YIELDED, wanted=person))]
