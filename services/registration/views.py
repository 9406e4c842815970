"""Read models of registration: units, residents, rosters, and what other teams said of residents.

Own events feed `campaign`, `units`, `residents` and `rosters`; foreign events feed `doses`,
`screenings` and `heard` only, so that the order in which the sources arrive does not matter.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    bindparam,
    insert,
    select,
    update,
)

from shared.kit.contracts import Event
from shared.kit.eventstore import Prepared, Views, change, insert_all, put

tables = MetaData()
campaign = Table(
    "campaign",
    tables,
    Column("name_zh", String, nullable=False),
    Column("name_en", String, nullable=False),
    Column("start", String, nullable=False),
    Column("end", String, nullable=False),
    Column("first_dose_cutoff", String, nullable=False),
    Column("population", Integer, nullable=False),
    Column("head_count_target", Integer, nullable=False),
    Column("coverage_target", Float, nullable=False),
)
units = Table(
    "units",
    tables,
    Column("unit", String, primary_key=True),
    Column("listed", BigInteger, nullable=False),
    Column("kind", String, nullable=False),
    Column("name_zh", String, nullable=False),
    Column("name_en", String, nullable=False),
    Column("target", Integer, nullable=False),
)
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
rosters = Table(
    "rosters",
    tables,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("unit", String, nullable=False, index=True),
    Column("at", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("file_sha256", String, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("new", Integer, nullable=False),
    Column("corrected", Integer, nullable=False),
    Column("unchanged", Integer, nullable=False),
    Column("close", Integer, nullable=False),
    Column("errors", Integer, nullable=False),
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
    Index("doses_of_unit", "unit", "dose"),
)
screenings = Table(
    "screenings",
    tables,
    Column("resident", String, primary_key=True),
    Column("person", String, nullable=False),
    Column("stands", Boolean, nullable=False),  # one outcome a person
    Column("position", BigInteger, nullable=False),
    Column("outcome", String, nullable=False),
    Column("until", String),
    Column("reasons", Text, nullable=False),
    Index("screening_of_person", "person", "stands"),
)
expiries = Table(
    "expiries",
    tables,
    Column("source", String, primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("expiry", String, nullable=False),
)
heard = Table(
    "heard",
    tables,
    Column("source", String, primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("resident", String, nullable=False, index=True),
    Column("event", String, nullable=False),
    Column("at", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("facts", Text, nullable=False),
)

# Not made of events alone, so a rebuild of the views leaves them as they are.
kept = MetaData()

views = Views(tables, kept=kept)


_PERSON = Prepared(
    select(residents.c.merged_into).where(residents.c.resident == bindparam("wanted"))
)
_FOUND = Prepared(
    select(screenings.c.resident, screenings.c.outcome, screenings.c.position)
    .where(screenings.c.person == bindparam("wanted"))
    .order_by(screenings.c.position.desc())
)
_GIVEN = Prepared(insert(doses))
_HEARD = Prepared(insert(heard))


@views.on("CampaignOpened")
def _(connection: Connection, event: Event) -> None:
    connection.execute(insert(campaign), event.data)


@views.on("UnitListed")
def _(connection: Connection, event: Event) -> None:
    connection.execute(insert(units), event.data | {"listed": event.position, "target": 0})


@views.on("TargetSet")
def _(connection: Connection, event: Event) -> None:
    at_unit = units.c.unit == event.data["unit"]
    connection.execute(update(units).where(at_unit).values(target=event.data["target"]))


@views.on("RosterImported")
def _(connection: Connection, event: Event) -> None:
    about = {"position": event.position, "at": event.recorded_at, "actor": event.actor}
    connection.execute(insert(rosters), event.data | about)


def _facts(event: Event) -> dict[str, Any]:
    sealed = {"identity": event.sealed("identity")}
    return event.data | sealed | {"erased": None, "retained_until": None}


@views.on_run("ResidentRegistered")
def _(connection: Connection, events: Sequence[Event]) -> None:
    answer = {"answer": "none", "wished_week": None, "wished_site": None, "decline_reason": None}
    rows = [_facts(event) | answer | {"listed": event.position} for event in events]
    insert_all(connection, residents, rows)


@views.on("ResidentCorrected")
def _(connection: Connection, event: Event) -> None:
    _update_resident(connection, event, _facts(event))


@views.on("ConsentGiven")
def _(connection: Connection, event: Event) -> None:
    wished = {name: event.data[name] for name in ("wished_week", "wished_site")}
    answer = wished | {"answer": "consent", "decline_reason": None}
    answer |= {"answered": event.position}
    _update_resident(connection, event, answer)


@views.on("VaccinationDeclined")
def _(connection: Connection, event: Event) -> None:
    reason = event.data["reason"]
    answer = {"answer": "decline", "decline_reason": reason}
    answer |= {"wished_week": None, "wished_site": None, "answered": event.position}
    _update_resident(connection, event, answer)


@views.on("ResidentErased")
def _(connection: Connection, event: Event) -> None:
    values: dict[str, Any] = {
        "erased": event.recorded_at[:10],
        "retained_until": event.data["retained_until"],
    }
    if "facts" in event.data["classes"]:
        values["identity"] = ""
    _update_resident(connection, event, values)


def _update_resident(connection: Connection, event: Event, values: dict[str, Any]) -> None:
    change(connection, residents, "resident", {"resident": event.data["resident"], **values})


def person_of(connection: Connection, resident: str) -> str:
    """The record that stays, of those of the same person; mostly the record itself."""
    return _PERSON.value(connection, {"wanted": resident}) or resident


def let_one_stand(connection: Connection, person: str) -> None:
    """Of what was found of a person's records a contraindication stands, else the newest."""
    found = _FOUND.all(connection, {"wanted": person})
    if len(found) > 1:
        forbidding = [row for row in found if row.outcome == "contraindicated"]
        stands = screenings.c.resident == (forbidding or found)[0].resident
        of_person = update(screenings).where(screenings.c.person == person)
        connection.execute(of_person.values(stands=stands))


# What other teams say


@views.on("DoseAdministered")
def _(connection: Connection, event: Event) -> None:
    row = {name: event.data[name] for name in ("resident", "dose", "unit", "day")}
    row |= {"person": person_of(connection, row["resident"])}
    _GIVEN.run(connection, row | {"source": event.source, "position": event.position})


@views.on("BatchReceived")
def _(connection: Connection, event: Event) -> None:
    place = {"source": event.source, "position": event.position}
    connection.execute(insert(expiries), place | {"expiry": event.data["expiry"]})


_OUTCOMES = {
    "ResidentCleared": "cleared",
    "ClearanceWithdrawn": "withdrawn",
    "ResidentDeferred": "deferred",
    "ContraindicationFound": "contraindicated",
}


@views.on(*_OUTCOMES)
def _(connection: Connection, event: Event) -> None:
    resident = event.data["resident"]
    person = person_of(connection, resident)
    row = {
        "resident": resident,
        "person": person,
        "stands": True,
        "position": event.position,
        "outcome": _OUTCOMES[event.name],
        "until": event.data.get("until"),
        "reasons": json.dumps(event.data.get("reasons", [])),
    }
    put(connection, screenings, "resident", row)
    let_one_stand(connection, person)


@views.on(
    "ResidentCleared",
    "ClearanceWithdrawn",
    "ResidentDeferred",
    "ContraindicationFound",
    "AppointmentBooked",
    "AppointmentMoved",
    "AppointmentCancelled",
    "AppointmentRefused",
    "NoShowRecorded",
    "DoseAdministered",
    "AdverseEventReported",
)
def _(connection: Connection, event: Event) -> None:
    row = {
        "source": event.source,
        "position": event.position,
        "resident": event.data["resident"],
        "event": event.name,
        "at": event.recorded_at,
        "actor": event.actor,
        "facts": json.dumps(event.data, ensure_ascii=False),
    }
    _HEARD.run(connection, row)
