"""Mirror of numbers: under which number of the day somebody waits at a site."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import Column, Connection, Index, Integer, MetaData, String, Table, func, select

from shared.kit.contracts import Event
from shared.kit.eventstore import Views, put
from shared.town.work import Work

tables = MetaData()
numbers = Table(
    "numbers",
    tables,
    Column("site", String, primary_key=True),
    Column("day", String, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("resident", String, nullable=False),
    Column("dose", Integer, nullable=False),
    Index("numbers_of_resident", "resident", "day"),
)
views = Views(tables)

_NUMBER = ("site", "day", "number")


@views.on("ResidentCheckedIn")
def _given(connection: Connection, event: Event) -> None:
    if event.data["number"] is not None:
        row = {name: event.data[name] for name in (*_NUMBER, "resident", "dose")}
        put(connection, numbers, _NUMBER, row)


def number_of(work: Work, site: str, records: Collection[str], day: date) -> int | None:
    """Return the number one of some records has at a site on a day, if any."""
    at = numbers.c
    mine = at.resident.in_(records), at.day == day.isoformat(), at.site == site
    found = work.row(select(func.min(at.number).label("number")).where(*mine))
    return found["number"] if found else None


def next_number(work: Work, site: str, day: date) -> int:
    """Return the number that nobody has yet at a site on a day; inside a write transaction it stays so."""
    at = numbers.c
    of_day = at.site == site, at.day == day.isoformat()
    found = work.row(select(func.max(at.number).label("number")).where(*of_day))
    return (found["number"] or 0) + 1 if found else 1


def holder_of(work: Work, site: str, day: date, number: int) -> str | None:
    """Return the record that has a number at a site on a day, if any."""
    at = numbers.c
    this = at.site == site, at.day == day.isoformat(), at.number == number
    found = work.row(select(at.resident).where(*this))
    return found["resident"] if found else None


def has_number(work: Work, site: str, day: date, number: int) -> bool:
    """Tell whether anybody has a number at a site on a day."""
    return holder_of(work, site, day, number) is not None
