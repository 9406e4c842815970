"""Read models of mobilisation: who answers for whom from when until when, and every contact."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    and_,
    case,
    delete,
    func,
    insert,
    select,
    update,
)

from services.registration.residents.joining import is_given, records
from services.registration.residents.tallying import OF_PEOPLE, told_of
from shared.kit.contracts import Event
from shared.kit.eventstore import Prepared, Views, among, in_json, put
from shared.kit.eventstore.counters import Counters, Steps, number, subjects_table

tables = MetaData()
# `until` is the first day on which it holds no more; null: it holds now.
responsibilities = Table(
    "responsibilities",
    tables,
    Column("resident", String, primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("unit", String, nullable=False),
    Column("cadre", String, nullable=False),
    Column("since", String, nullable=False),
    Column("until", String),
    Column("recorded_at", String, nullable=False),
    Column("actor", String, nullable=False),
    Index("responsibilities_of_cadre", "cadre", "until"),
    Index("responsibilities_in_unit", "unit", "until"),
)
quotas = Table(
    "quotas",
    tables,
    Column("unit", String, primary_key=True),
    Column("cadre", String, primary_key=True),
    Column("quota", Integer, nullable=False),
)
contacts = Table(
    "contacts",
    tables,
    Column("resident", String, primary_key=True),
    Column("contact", String, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("at", String, nullable=False),
    Column("day", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("outcome", String, nullable=False),
    Column("next_day", String),
    Column("wished_week", String),
    Column("wished_site", String),
    Column("reason", String),
    Column("undone_at", String),
    Column("undone_by", String),
    Index("contacts_of_actor", "actor", "day"),
)
# One row for everybody with a contact not undone: the latest, and how many there were.
calls = Table(
    "calls",
    tables,
    Column("resident", String, primary_key=True),
    Column("contact", String, nullable=False),
    Column("day", String, nullable=False),
    Column("outcome", String, nullable=False),
    Column("next_day", String),
    Column("attempts", Integer, nullable=False),
)
# How the people of each cadre stand. Of those whom nobody is assigned to (cadre "") only who was
# called, has answered or been vaccinated; the others are the rest of the unit.
of_cadres = Table(
    "cadre_tallies",
    tables,
    Column("unit", String, primary_key=True),
    Column("cadre", String, primary_key=True),
    number("assigned"),
    number("contacted"),
    number("not_reached"),
    number("willing"),
    number("refused"),
    number("first"),
    number("second"),
)
counted = subjects_table("counted_of_cadres", tables, "resident")
views = Views(tables)
_CALL = ("resident", "contact", "outcome", "next_day")


# Responsibility


@views.on("CadreAssigned")
def _assigned(connection: Connection, event: Event) -> None:
    data = event.data
    _close(connection, data["resident"], data["since"])
    about = {"position": event.position, "recorded_at": event.recorded_at, "actor": event.actor}
    connection.execute(insert(responsibilities), data | about | {"until": None})


@views.on("ResidentCorrected")
def _moved(connection: Connection, event: Event) -> None:
    """Whoever moves to another unit leaves the cadre of the first one behind."""
    _close(connection, event.data["resident"], event.recorded_at[:10], but=event.data["unit"])


@views.on("RegistrationTakenBack")
def _off_the_list(connection: Connection, event: Event) -> None:
    """Nobody answers for who is not on the list."""
    _close(connection, event.data["resident"], event.recorded_at[:10])


def _close(connection: Connection, resident: str, until: str, but: str | None = None) -> None:
    at = responsibilities.c
    current = update(responsibilities).where(at.resident == resident, at.until.is_(None))
    if but is not None:
        current = current.where(at.unit != but)
    connection.execute(current.values(until=until))


@views.on("QuotaSet")
def _quota(connection: Connection, event: Event) -> None:
    put(connection, quotas, ("unit", "cadre"), event.data)


# Contacts


@views.on("ContactAttempted")
def _attempted(connection: Connection, event: Event) -> None:
    about = {"position": event.position, "at": event.recorded_at, "actor": event.actor}
    connection.execute(insert(contacts), event.data | about | {"day": event.recorded_at[:10]})
    _count_calls(connection, event.data["resident"])


@views.on("ContactUndone")
def _undone(connection: Connection, event: Event) -> None:
    at = contacts.c
    resident, contact = event.data["resident"], event.data["contact"]
    undone = {"undone_at": event.recorded_at, "undone_by": event.actor}
    connection.execute(
        update(contacts).where(at.resident == resident, at.contact == contact).values(undone)
    )
    _count_calls(connection, resident)


def _count_calls(connection: Connection, resident: str) -> None:
    at = contacts.c
    counted = (at.resident == resident) & at.undone_at.is_(None)
    query = select(contacts).where(counted).order_by(at.position.desc()).limit(1)
    latest = connection.execute(query).mappings().first()
    if latest is None:
        connection.execute(delete(calls).where(calls.c.resident == resident))
        return
    row: dict[str, Any] = {name: latest[name] for name in (*_CALL, "day")}
    row["attempts"] = connection.execute(
        select(func.count()).select_from(contacts).where(counted)
    ).scalar_one()
    put(connection, calls, "resident", row)


# How the people of cadres stand


class OfCadre(NamedTuple):
    """As what a resident counts; who has yielded to another record is of nobody and has nothing."""

    unit: str
    cadre: str
    contacted: int
    not_reached: int
    willing: int
    refused: int
    first: int
    second: int


def _facts(connection: Connection, ids: Sequence[str]) -> dict[str, OfCadre]:
    return {
        row.resident: OfCadre(*row[1:-1])
        if row.merged_into is None
        else OfCadre(row.unit, "", 0, 0, 0, 0, 0, 0)
        for row in _FACTS.all(connection, {"ids": in_json(ids)})
    }


def _yes(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


def _facts_query() -> Prepared:
    person, held = records(), responsibilities.c
    one, now = person.c, and_(held.resident == person.c.resident, held.until.is_(None))
    query = select(
        one.resident,
        one.unit,
        func.coalesce(held.cadre, "").label("cadre"),
        _yes(calls.c.resident.is_not(None)).label("contacted"),
        _yes(calls.c.outcome == "not_reached").label("not_reached"),
        _yes(one.answer == "consent").label("willing"),
        _yes(one.answer == "decline").label("refused"),
        _yes(is_given(1, one.resident)).label("first"),
        _yes(is_given(2, one.resident)).label("second"),
        one.merged_into,
    )
    joined = person.outerjoin(responsibilities, now).outerjoin(
        calls, calls.c.resident == one.resident
    )
    return Prepared(query.select_from(joined).where(among(one.resident, "ids")))


_FACTS = _facts_query()


def _counters(facts: OfCadre) -> Steps:
    unit, cadre, *numbers = facts
    if not cadre and not any(numbers):
        return Steps()
    named = zip(OfCadre._fields[2:], numbers, strict=True)
    mine = {"assigned": 1} | dict(named)
    return Steps({(of_cadres.name, (unit, cadre), name): each for name, each in mine.items()})


COUNTERS = Counters(counted, (of_cadres,), OfCadre, _facts, _counters)


@views.after(*OF_PEOPLE, "CadreAssigned", "ContactAttempted", "ContactUndone")
def _count(connection: Connection, events: Sequence[Event]) -> None:
    COUNTERS.count(connection, told_of(connection, events))
