"""Read models of residents: who is listed where, what they answered, and the doses given to them.

Own events feed `residents`, `own_answers`, `memberships`, `former_lists` and `tags`; foreign events
feed `doses` and `expiries` only, so that the order in which the sources arrive does not matter.

Whose registration was taken back has no row, until a correction lists them again.

Long because these tables are moved by the same events, and are read side by side.

Most people are on one list and in one cohort, which the table `residents` holds; `memberships`
and `tags` hold what comes on top (R16, R20), `former_lists` the units people have left. A merge
marks the record that yields and its doses; the record that stays shows the newest answer of both,
while what it had answered itself is kept in `own_answers`, so that an undone merge leaves no trace.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

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
    Text,
    bindparam,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)

from shared.kit.contracts import Event
from shared.kit.eventstore import Prepared, Views, among, change, in_json, insert_all
from shared.town.mirrors.merges import person_in

tables = MetaData()
residents = Table(
    "residents",
    tables,
    Column("resident", String, primary_key=True),
    Column("listed", BigInteger, nullable=False),
    Column("unit", String, nullable=False),
    Column("tie", String, nullable=False),
    Column("cohort", String, nullable=False),
    Column("sex", String, nullable=False),
    Column("birth_date", String, nullable=False),
    Column("document_kind", String, nullable=False),
    Column("identity", Text),  # "" when nothing of it can be read any more
    Column("erased", String),  # a day, when keys of this resident were destroyed
    Column("retained_until", String),
    Column("answer", String, nullable=False),
    Column("wished_week", String),
    Column("wished_site", String),
    Column("decline_reason", String),
    Column("answered", BigInteger),  # position of the answer that stands
    Column("merged_into", String, index=True),  # the record of the same person that stays
    Index("residents_in_unit", "unit", "answer", "merged_into"),
    Index("residents_in_order", "unit", "listed"),
)
# The answer a staying record gave itself, while others are linked to it.
own_answers = Table(
    "own_answers",
    tables,
    Column("resident", String, primary_key=True),
    Column("answer", String, nullable=False),
    Column("wished_week", String),
    Column("wished_site", String),
    Column("decline_reason", String),
    Column("answered", BigInteger),
)
memberships = Table(
    "memberships",
    tables,
    Column("resident", String, primary_key=True),
    Column("unit", String, primary_key=True),
    Column("tie", String, nullable=False),
    Column("listed", BigInteger, nullable=False),  # as the resident is
    Index("memberships_in_order", "unit", "listed"),
)
# Units that have listed a resident once, whether they do again or not.
former_lists = Table(
    "former_lists",
    tables,
    Column("resident", String, primary_key=True),
    Column("unit", String, primary_key=True),
)
tags = Table(
    "tags",
    tables,
    Column("resident", String, primary_key=True),
    Column("cohort", String, primary_key=True, index=True),
)
doses = Table(
    "doses",
    tables,
    Column("source", String, primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("resident", String, nullable=False),
    Column("person", String, nullable=False),  # the record that stays, of those of one person
    Column("dose", Integer, nullable=False),
    Column("unit", String, nullable=False),
    Column("day", String, nullable=False),
    Index("doses_of_resident", "resident", "dose"),
    Index("doses_of_person", "person", "dose", "day"),
)
expiries = Table(
    "expiries",
    tables,
    Column("source", String, primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("expiry", String, nullable=False),
)

views = Views(tables)

ANSWER = ("answer", "wished_week", "wished_site", "decline_reason", "answered")
UNANSWERED = {"answer": "none"} | dict.fromkeys(ANSWER[1:4])
_GIVEN = Prepared(insert(doses))
_LIST = Prepared(insert(memberships))
_LISTED = Prepared(select(residents.c.listed).where(residents.c.resident == bindparam("wanted")))
_UNTAG_ALL = Prepared(delete(tags).where(among(tags.c.resident, "ids")))


def _removing(table: Table) -> Prepared:
    """Delete the row of a table that has these values in its primary key."""
    return Prepared(
        delete(table).where(*(each == bindparam(each.name) for each in table.primary_key))
    )


def _leaving(lists: Table, is_left: ColumnElement[bool]) -> Prepared:
    """Keep the unit of a resident's row that `is_left`, once."""
    mine, former = lists.c, former_lists.c
    known = exists().where(former.resident == mine.resident, former.unit == mine.unit)
    left = select(mine.resident, mine.unit).where(mine.resident == bindparam("who"), is_left)
    return Prepared(insert(former_lists).from_select(("resident", "unit"), left.where(~known)))


_UNLIST, _UNTAG = _removing(memberships), _removing(tags)
_MOVE = _leaving(residents, residents.c.unit != bindparam("to_unit"))
_LEAVE = _leaving(memberships, memberships.c.unit == bindparam("of_unit"))
_OFF_ALL_LISTS = [
    Prepared(delete(table).where(table.c.resident == bindparam("who")))
    for table in (residents, own_answers, memberships, former_lists, tags)
]
_LINKED = (
    select(residents.c.merged_into, own_answers.c.resident)
    .select_from(residents.outerjoin(own_answers, own_answers.c.resident == residents.c.resident))
    .where(residents.c.resident == bindparam("wanted"))
)

# Who is registered


@views.on_run("ResidentRegistered")
def _registered(connection: Connection, events: Sequence[Event]) -> None:
    rows = [_facts(event) | UNANSWERED | {"listed": event.position} for event in events]
    insert_all(connection, residents, rows)


@views.on("ResidentCorrected")
def _corrected(connection: Connection, event: Event) -> None:
    if _LISTED.value(connection, {"wanted": event.data["resident"]}) is None:
        _registered(connection, [event])  # again, after the registration was taken back
        return
    _MOVE.run(connection, {"who": event.data["resident"], "to_unit": event.data["unit"]})
    _update(connection, event, _facts(event))
    _UNTAG.run(connection, {name: event.data[name] for name in ("resident", "cohort")})


def _facts(event: Event) -> dict[str, Any]:
    sealed = {"identity": event.sealed("identity")}
    return event.data | sealed | {"erased": None, "retained_until": None}


@views.on("ResidentErased")
def _erased(connection: Connection, event: Event) -> None:
    values = {"erased": event.recorded_at[:10], "retained_until": event.data["retained_until"]}
    gone = {"identity": ""} if "facts" in event.data["classes"] else {}
    _update(connection, event, values | gone)


@views.on("RegistrationTakenBack")
def _taken_back(connection: Connection, event: Event) -> None:
    for forget in _OFF_ALL_LISTS:
        forget.run(connection, {"who": event.data["resident"]})


def _update(connection: Connection, event: Event, values: Mapping[str, object]) -> None:
    change(connection, residents, "resident", {"resident": event.data["resident"], **values})


# Second lists and cohorts


@views.on("ResidentAlsoListed")
def _also_listed(connection: Connection, event: Event) -> None:
    _unlisted(connection, event)
    listed = _LISTED.value(connection, {"wanted": event.data["resident"]})
    _LIST.run(connection, event.data | {"listed": listed})


@views.on("ResidentUnlisted")
def _left(connection: Connection, event: Event) -> None:
    _LEAVE.run(connection, {"who": event.data["resident"], "of_unit": event.data["unit"]})


@views.on("ResidentUnlisted", "ResidentCorrected")
def _unlisted(connection: Connection, event: Event) -> None:
    # A correction that lets this very unit count the person ends its second list.
    _UNLIST.run(connection, {name: event.data[name] for name in ("resident", "unit")})


@views.on_run("CohortsTagged")
def _tagged(connection: Connection, events: Sequence[Event]) -> None:
    latest = {event.data["resident"]: event.data["cohorts"][1:] for event in events}
    _UNTAG_ALL.run(connection, {"ids": in_json(latest)})
    rows = [
        {"resident": resident, "cohort": cohort}
        for resident, cohorts in latest.items()
        for cohort in cohorts
    ]
    insert_all(connection, tags, rows)


# Answers, of one record or of several linked ones


@views.on("ConsentGiven", "VaccinationDeclined", "AnswerTakenBack")
def _answered(connection: Connection, event: Event) -> None:
    data, resident = event.data, event.data["resident"]
    kind = {"ConsentGiven": "consent", "VaccinationDeclined": "decline"}.get(event.name)
    answer = {name: data.get(name) for name in ("wished_week", "wished_site")}
    answer |= {"answer": kind or data["answer"], "decline_reason": data.get("reason")}
    _update(connection, event, answer | {"answered": event.position})
    into, holds = connection.execute(_LINKED, {"wanted": resident}).one()
    if holds:
        connection.execute(delete(own_answers).where(own_answers.c.resident == resident))
        _keep_own_answer(connection, resident)
        _let_newest_answer_stand(connection, resident)
    elif into:
        _let_newest_answer_stand(connection, into)


@views.on("ResidentsMerged")
def _merged(connection: Connection, event: Event) -> None:
    resident, into = event.data["resident"], event.data["into"]
    kept = select(own_answers.c.resident).where(own_answers.c.resident == into)
    if connection.execute(kept).first() is None:
        _keep_own_answer(connection, into)
    _belongs_to(connection, resident, into)
    _let_newest_answer_stand(connection, into)


@views.on("MergeUndone")
def _apart(connection: Connection, event: Event) -> None:
    resident, into = event.data["resident"], event.data["into"]
    _belongs_to(connection, resident, resident)
    _let_newest_answer_stand(connection, into)
    others = select(func.count()).where(residents.c.merged_into == into)
    if not connection.execute(others).scalar():
        connection.execute(delete(own_answers).where(own_answers.c.resident == into))


def _belongs_to(connection: Connection, resident: str, person: str) -> None:
    """Let a record and the doses given to it count for `person`."""
    into = None if person == resident else person
    mine = residents.c.resident == resident
    connection.execute(update(residents).where(mine).values(merged_into=into))
    given = update(doses).where(doses.c.resident == resident)
    connection.execute(given.values(person=person))


def _keep_own_answer(connection: Connection, resident: str) -> None:
    columns = [residents.c[name] for name in ("resident", *ANSWER)]
    own = select(*columns).where(residents.c.resident == resident)
    connection.execute(insert(own_answers).from_select(["resident", *ANSWER], own))


def _let_newest_answer_stand(connection: Connection, person: str) -> None:
    """Show with the staying record the newest answer of all that are linked to it."""
    own = select(*(own_answers.c[name] for name in ANSWER)).where(own_answers.c.resident == person)
    linked = select(*(residents.c[name] for name in ANSWER))
    given = own.union_all(linked.where(residents.c.merged_into == person)).subquery()
    newest = select(given).order_by(
        (given.c.answer == "none"), given.c.answered.is_(None), given.c.answered.desc()
    )
    row = connection.execute(newest.limit(1)).mappings().one()
    stands = update(residents).where(residents.c.resident == person).values(dict(row))
    connection.execute(stands)


# What other teams say


@views.on("DoseAdministered")
def _given(connection: Connection, event: Event) -> None:
    row = {name: event.data[name] for name in ("resident", "dose", "unit", "day")}
    row |= {"person": person_in(connection, row["resident"])}
    _GIVEN.run(connection, row | {"source": event.source, "position": event.position})


@views.on("BatchReceived")
def _received(connection: Connection, event: Event) -> None:
    place = {"source": event.source, "position": event.position}
    connection.execute(insert(expiries), place | {"expiry": event.data["expiry"]})
