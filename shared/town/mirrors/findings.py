"""Mirror of findings: what screening found of every record, and which finding stands for a person.

Of what was found of a person's records a contraindication stands, else the newest (R09-R13).
Take `merges` in before it.
"""

from __future__ import annotations

from datetime import date
from typing import TypedDict

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Index,
    MetaData,
    String,
    Table,
    Text,
    and_,
    bindparam,
    select,
    update,
)

from shared.kit.contracts import Event
from shared.kit.eventstore import Prepared, Views, put
from shared.kit.formats import Day
from shared.town.mirrors.merges import person_in

STATUS = {
    "ResidentCleared": "cleared",
    "ResidentDeferred": "deferred",
    "ContraindicationFound": "contraindicated",
    "ClearanceWithdrawn": "withdrawn",
}

tables = MetaData()
findings = Table(
    "findings",
    tables,
    Column("resident", String, primary_key=True),
    Column("person", String, nullable=False),
    Column("stands", Boolean, nullable=False),  # one finding a person
    Column("position", BigInteger, nullable=False),
    Column("status", String, nullable=False),
    Column("reasons", Text, nullable=False),  # codes with commas between; why it was withdrawn
    Column("day", String, nullable=False, index=True),
    Column("until", String),
    Column("site", String, nullable=False),
    Index("finding_of_person", "person", "stands"),
)


SCREENED = (findings.c.status.label("screening"), findings.c.reasons, findings.c.until)


class Screened(TypedDict):
    """What stands of a person, in rows with the columns `SCREENED`; null before a screening."""

    screening: str | None
    reasons: str | None
    until: Day | None


def of(person: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the condition that a finding is the one that stands for the person in a column."""
    return and_(findings.c.person == person, findings.c.stands.is_(True))


def is_cleared(row: Screened, day: date) -> bool:
    """Tell whether screening has cleared somebody for a day."""
    return row["screening"] == "cleared" and (row["until"] or "") >= day.isoformat()


views = Views(tables)

_FOUND = Prepared(
    select(findings.c.resident, findings.c.status)
    .where(findings.c.person == bindparam("wanted"))
    .order_by(findings.c.position.desc())
)


@views.on(*STATUS)
def _screened(connection: Connection, event: Event) -> None:
    person = person_in(connection, event.data["resident"])
    row = {"person": person, "stands": True, "position": event.position}
    put(connection, findings, "resident", facts_of(event) | row)
    _let_one_stand(connection, person)


def facts_of(event: Event) -> dict[str, object]:
    """Return what an outcome says, by the columns of the mirror."""
    data = event.data
    return {
        "resident": data["resident"],
        "status": STATUS[event.name],
        "reasons": ",".join(data.get("reasons", [])) or data.get("reason", ""),
        "day": data["day"],
        "until": data.get("until") or data.get("valid_until"),
        "site": data["site"],
    }


@views.on("ResidentsMerged")
def _linked(connection: Connection, event: Event) -> None:
    _belongs_to(connection, event.data["resident"], event.data["into"])
    _let_one_stand(connection, event.data["into"])


@views.on("MergeUndone")
def _apart(connection: Connection, event: Event) -> None:
    resident, into = event.data["resident"], event.data["into"]
    _belongs_to(connection, resident, resident)
    for person in (resident, into):
        of_person = update(findings).where(findings.c.person == person)
        connection.execute(of_person.values(stands=True))
        _let_one_stand(connection, person)


def _belongs_to(connection: Connection, resident: str, person: str) -> None:
    mine = update(findings).where(findings.c.resident == resident)
    connection.execute(mine.values(person=person))


def _let_one_stand(connection: Connection, person: str) -> None:
    found = _FOUND.all(connection, {"wanted": person})
    if len(found) > 1:
        forbidding = [row for row in found if row.status == "contraindicated"]
        stands = findings.c.resident == (forbidding or found)[0].resident
        connection.execute(
            update(findings).where(findings.c.person == person).values(stands=stands)
        )
