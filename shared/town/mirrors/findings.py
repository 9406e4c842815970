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
    Integer,
    MetaData,
    String,
    Table,
    Text,
    and_,
    bindparam,
    func,
    or_,
    select,
    update,
)

from shared.kit.contracts import Event
from shared.kit.eventstore import Prepared, Views, put
from shared.kit.formats import Day, Moment
from shared.town.mirrors.merges import person_in
from shared.town.mirrors.residents import residents

STATUS = {
    "ResidentCleared": "cleared",
    "ResidentDeferred": "deferred",
    "ContraindicationFound": "contraindicated",
    "ClearanceWithdrawn": "withdrawn",
    "FindingLifted": "lifted",
}

NO_END = "9999-12-31"
"""The day until which is deferred what only somebody who screens ends: after every other."""

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
    Column("dose", Integer),  # the one it is about; null of old findings
    Column("found_at", String, nullable=False),
    Column("lifted_at", String),  # when a contraindication was last lifted
    Column("site", String, nullable=False),
    Index("finding_of_person", "person", "stands"),
)


SCREENED = (
    findings.c.status.label("screening"),
    findings.c.reasons,
    findings.c.until,
    findings.c.dose.label("screened_for"),
    findings.c.found_at,
    findings.c.lifted_at,
)


class Screened(TypedDict):
    """What stands of a person, in rows with the columns `SCREENED`; null before a screening."""

    screening: str | None
    reasons: str | None
    until: Day | None
    screened_for: int | None
    found_at: Moment | None
    lifted_at: Moment | None


class Asked(Screened):
    """What stands of a person, with when they last declined (`residents.declined_at`)."""

    declined_at: Moment | None


def of(person: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the condition that a finding is the one that stands for the person in a column."""
    return and_(findings.c.person == person, findings.c.stands.is_(True))


def is_cleared(row: Asked, day: date, dose: int) -> bool:
    """Tell whether screening has cleared somebody for a day and dose, and they wanted it since."""
    holds = row["screening"] == "cleared" and (row["until"] or "") >= day.isoformat()
    wanted_since = (row["declined_at"] or "") <= (row["found_at"] or "")
    return holds and wanted_since and row["screened_for"] in (None, dose)


def cleared_for(day: date, dose: ColumnElement[int]) -> ColumnElement[bool]:
    """Return what `is_cleared` tells as a condition on `findings` and `residents`."""
    at = findings.c
    return and_(
        at.status == "cleared",
        at.until >= day.isoformat(),
        or_(at.dose.is_(None), at.dose == dose),
        func.coalesce(residents.c.declined_at, "") <= at.found_at,
    )


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
    row |= {"dose": event.data.get("dose"), "found_at": event.recorded_at}
    if event.name == "FindingLifted":
        row["lifted_at"] = event.recorded_at
    put(connection, findings, "resident", facts_of(event) | row)
    _let_one_stand(connection, person)


def _until(event: Event) -> str | None:
    said = event.data.get("until") or event.data.get("valid_until")
    return NO_END if said is None and event.name == "ResidentDeferred" else said


def facts_of(event: Event) -> dict[str, object]:
    """Return what an outcome says, by the columns of the mirror."""
    data = event.data
    return {
        "resident": data["resident"],
        "status": STATUS[event.name],
        "reasons": ",".join(data.get("reasons", [])) or data.get("reason", ""),
        "day": data["day"],
        "until": _until(event),
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
