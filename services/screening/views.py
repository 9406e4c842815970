"""What screening's pages show: everyone registered, and how their screening stands."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Index,
    MetaData,
    String,
    Table,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from shared.kit.contracts import Event
from shared.kit.eventstore import Prepared, Views, put, put_all

tables = MetaData()

# Fed by registration.
residents = Table(
    "residents",
    tables,
    Column("resident", String, primary_key=True),
    Column("unit", String, nullable=False, index=True),
    Column("cohort", String, nullable=False),
    Column("sex", String, nullable=False),
    Column("birth_date", String, nullable=False),
    Column("identity", String, nullable=False),  # "" when the person is erased
)
# The sites a unit's people go to, or went to: a course goes on where it began.
dockings = Table(
    "dockings",
    tables,
    Column("unit", String, primary_key=True),
    Column("since", String, primary_key=True),
    Column("site", String, nullable=False),
)
# Records of one person; `into` is the one that stays.
links = Table(
    "links",
    tables,
    Column("resident", String, primary_key=True),
    Column("into", String, nullable=False, index=True),
)
# Fed by screening itself: the latest outcome of a record; one of them stands for its person.
standings = Table(
    "standings",
    tables,
    Column("resident", String, primary_key=True),
    Column("person", String, nullable=False),
    Column("stands", Boolean, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("status", String, nullable=False, index=True),
    Column("reasons", String, nullable=False),
    Column("day", String, nullable=False, index=True),
    Column("until", String),
    Column("site", String, nullable=False),
    Index("standing_of_person", "person", "stands"),
)
screenings = Table(
    "screenings",
    tables,
    Column("position", String, primary_key=True),
    Column("resident", String, nullable=False, index=True),
    Column("status", String, nullable=False),
    Column("reasons", String, nullable=False),
    Column("day", String, nullable=False),
    Column("until", String),
    Column("site", String, nullable=False),
    Column("recorded_at", String, nullable=False),
    Column("actor", String, nullable=False),
)

views = Views(tables)

_INTO = Prepared(select(links.c.into).where(links.c.resident == bindparam("wanted")))
_FOUND = Prepared(
    select(standings.c.resident, standings.c.status)
    .where(standings.c.person == bindparam("wanted"))
    .order_by(standings.c.position.desc())
)
_RECORD = Prepared(insert(screenings))

STATUS = {
    "ResidentCleared": "cleared",
    "ResidentDeferred": "deferred",
    "ContraindicationFound": "contraindicated",
    "ClearanceWithdrawn": "withdrawn",
}


@views.on_run("ResidentRegistered", "ResidentCorrected")
def _resident(connection: Connection, events: Sequence[Event]) -> None:
    wanted = ("resident", "unit", "cohort", "sex", "birth_date")
    rows = [
        {name: event.data[name] for name in wanted} | {"identity": event.sealed("identity")}
        for event in events
    ]
    put_all(connection, residents, "resident", rows)


@views.on("UnitDocked")
def _docked(connection: Connection, event: Event) -> None:
    at, data = dockings.c, event.data
    same_day = (at.unit == data["unit"]) & (at.since == data["since"])
    connection.execute(delete(dockings).where(same_day))
    connection.execute(insert(dockings), data)


@views.on("ResidentErased")
def _erased(connection: Connection, event: Event) -> None:
    found = residents.c.resident == event.data["resident"]
    connection.execute(update(residents).where(found).values(identity=""))


@views.on("ResidentsMerged")
def _linked(connection: Connection, event: Event) -> None:
    row = {name: event.data[name] for name in ("resident", "into")}
    connection.execute(insert(links), row)
    _belongs_to(connection, row["resident"], row["into"])
    _let_one_stand(connection, row["into"])


@views.on("MergeUndone")
def _apart(connection: Connection, event: Event) -> None:
    resident, into = event.data["resident"], event.data["into"]
    connection.execute(delete(links).where(links.c.resident == resident))
    _belongs_to(connection, resident, resident)
    for person in (resident, into):
        of_person = update(standings).where(standings.c.person == person)
        connection.execute(of_person.values(stands=True))
        _let_one_stand(connection, person)


def _belongs_to(connection: Connection, resident: str, person: str) -> None:
    mine = update(standings).where(standings.c.resident == resident)
    connection.execute(mine.values(person=person))


def person_of(connection: Connection, resident: str) -> str:
    """The record that stays, of those of the same person; mostly the record itself."""
    return _INTO.value(connection, {"wanted": resident}) or resident


def _let_one_stand(connection: Connection, person: str) -> None:
    """Of what was found of a person's records a contraindication stands, else the newest."""
    at, found = standings.c, _FOUND.all(connection, {"wanted": person})
    if len(found) > 1:
        forbidding = [row for row in found if row.status == "contraindicated"]
        stands = at.resident == (forbidding or found)[0].resident
        connection.execute(update(standings).where(at.person == person).values(stands=stands))


@views.on(*STATUS)
def _screened(connection: Connection, event: Event) -> None:
    data = event.data
    row = {
        "resident": data["resident"],
        "status": STATUS[event.name],
        "reasons": ",".join(data.get("reasons", [])) or data.get("reason", ""),
        "day": data["day"],
        "until": data.get("until") or data.get("valid_until"),
        "site": data["site"],
    }
    person = person_of(connection, data["resident"])
    of_person = {"person": person, "stands": True, "position": event.position}
    put(connection, standings, "resident", row | of_person)
    _let_one_stand(connection, person)
    entry = {"position": event.id, "recorded_at": event.recorded_at, "actor": event.actor}
    _RECORD.run(connection, row | entry)
