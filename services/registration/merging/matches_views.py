"""Read models of close matches and links: pairs, what was decided, and whose answer stands.

A link marks the record that yields (`residents.merged_into`), its doses and its screening; the
record that stays shows the newest answer of both. What the staying record itself had answered is
kept apart, so that an undone link leaves no trace.
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Float,
    Index,
    String,
    Table,
    Text,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

# Its effect on the answer comes before the one that is added here.
from services.registration.calling import contact_views
from services.registration.views import (
    doses,
    let_one_stand,
    residents,
    screenings,
    tables,
    views,
)
from shared.kit.contracts import Event

assert contact_views.views is views
ANSWER = ("answer", "wished_week", "wished_site", "decline_reason", "answered")

pairs = Table(
    "pairs",
    tables,
    Column("pair", String, primary_key=True),
    Column("resident", String, nullable=False, index=True),
    Column("other", String, nullable=False, index=True),
    Column("score", Float),  # None: two records that somebody named by hand
    Column("reasons", Text, nullable=False),
    Column("found", BigInteger, nullable=False),
    Column("state", String, nullable=False),
    Column("until", String),
    Index("pairs_to_decide", "state", "found"),
)
decisions = Table(
    "decisions",
    tables,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("event", String, nullable=False),
    Column("resident", String, nullable=False, index=True),
    Column("other", String, nullable=False, index=True),
    Column("at", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("facts", Text, nullable=False),
    Column("stands", Boolean, nullable=False),  # neither taken back nor followed by another
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

_LINKED = (
    select(residents.c.merged_into, own_answers.c.resident)
    .select_from(residents.outerjoin(own_answers, own_answers.c.resident == residents.c.resident))
    .where(residents.c.resident == bindparam("wanted"))
)


# Pairs

_STATES = {
    "CloseMatchFound": "open",
    "CloseMatchDismissed": "dismissed",
    "CloseMatchPostponed": "postponed",
    "CloseMatchReopened": "open",
}


@views.on(*_STATES)
def _pair(connection: Connection, event: Event) -> None:
    data = event.data
    values: dict[str, Any] = {"state": _STATES[event.name], "until": data.get("until")}
    changed = update(pairs).where(pairs.c.pair == event.stream).values(values)
    if connection.execute(changed).rowcount:
        return
    row = values | {
        "pair": event.stream,
        "resident": data["resident"],
        "other": data["other"],
        "score": data.get("score"),
        "reasons": json.dumps(data.get("reasons", [])),
        "found": event.position,
    }
    connection.execute(insert(pairs), row)


@views.on(
    "CloseMatchDismissed",
    "CloseMatchPostponed",
    "CloseMatchReopened",
    "ResidentsMerged",
    "MergeUndone",
)
def _decided(connection: Connection, event: Event) -> None:
    data = event.data
    other = data.get("other") or data["into"]
    at, both = decisions.c, (data["resident"], other)
    of_both = at.resident.in_(both) & at.other.in_(both)
    links = ("ResidentsMerged", "MergeUndone")
    kinds = links if event.name in links else tuple(_STATES)
    earlier = update(decisions).where(of_both, at.event.in_(kinds), at.stands.is_(True))
    connection.execute(earlier.values(stands=False))
    row = {
        "position": event.position,
        "event": event.name,
        "resident": data["resident"],
        "other": other,
        "at": event.recorded_at,
        "actor": event.actor,
        "facts": json.dumps(data),
        "stands": event.name not in ("CloseMatchReopened", "MergeUndone"),
    }
    connection.execute(insert(decisions), row)


# Links


@views.on("ResidentsMerged")
def _merged(connection: Connection, event: Event) -> None:
    resident, into = event.data["resident"], event.data["into"]
    kept = select(own_answers.c.resident).where(own_answers.c.resident == into)
    if connection.execute(kept).first() is None:
        _keep_own_answer(connection, into)
    _belongs_to(connection, resident, into)
    _let_finding_stand(connection, into)
    _let_newest_answer_stand(connection, into)


@views.on("MergeUndone")
def _apart(connection: Connection, event: Event) -> None:
    resident, into = event.data["resident"], event.data["into"]
    _belongs_to(connection, resident, resident)
    for person in (resident, into):
        _let_finding_stand(connection, person)
    _let_newest_answer_stand(connection, into)
    others = select(func.count()).where(residents.c.merged_into == into)
    if not connection.execute(others).scalar():
        connection.execute(delete(own_answers).where(own_answers.c.resident == into))


@views.on("ConsentGiven", "VaccinationDeclined", "AnswerTakenBack")
def _answered(connection: Connection, event: Event) -> None:
    resident = event.data["resident"]
    if event.name == "AnswerTakenBack":
        again = update(residents).where(residents.c.resident == resident)
        connection.execute(again.values(answered=event.position))
    into, holds = connection.execute(_LINKED, {"wanted": resident}).one()
    if holds:
        connection.execute(delete(own_answers).where(own_answers.c.resident == resident))
        _keep_own_answer(connection, resident)
        _let_newest_answer_stand(connection, resident)
    elif into:
        _let_newest_answer_stand(connection, into)


def _belongs_to(connection: Connection, resident: str, person: str) -> None:
    """Let a record, what was given to it and found of it count for `person`."""
    into = None if person == resident else person
    mine = residents.c.resident == resident
    connection.execute(update(residents).where(mine).values(merged_into=into))
    for table in (doses, screenings):
        connection.execute(update(table).where(table.c.resident == resident).values(person=person))


def _let_finding_stand(connection: Connection, person: str) -> None:
    of_person = update(screenings).where(screenings.c.person == person)
    connection.execute(of_person.values(stands=True))
    let_one_stand(connection, person)


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
