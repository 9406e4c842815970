"""Read models of contacts: every attempt with its undoing, and where each resident's calls stand."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    String,
    Table,
    delete,
    func,
    insert,
    select,
    update,
)

from services.registration.views import residents, tables, views
from shared.kit.contracts import Event
from shared.kit.eventstore.views import put

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
# One row for everybody with a contact that stands: the latest, and how many there were.
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
SAID = ("resident", "contact", "channel", "outcome", "next_day")
WISHES = ("wished_week", "wished_site", "reason")


@views.on("ContactAttempted")
def _attempted(connection: Connection, event: Event) -> None:
    row: dict[str, Any] = {name: event.data[name] for name in (*SAID, *WISHES)}
    row |= {
        "position": event.position,
        "at": event.recorded_at,
        "day": event.recorded_at[:10],
        "actor": event.actor,
    }
    connection.execute(insert(contacts), row)
    _stand(connection, event.data["resident"])


@views.on("ContactUndone")
def _undone(connection: Connection, event: Event) -> None:
    at = contacts.c
    resident, contact = event.data["resident"], event.data["contact"]
    undone = {"undone_at": event.recorded_at, "undone_by": event.actor}
    connection.execute(
        update(contacts).where(at.resident == resident, at.contact == contact).values(undone)
    )
    _stand(connection, resident)


@views.on("AnswerTakenBack")
def _taken_back(connection: Connection, event: Event) -> None:
    data = event.data
    values = {
        "answer": data["answer"],
        "wished_week": data["wished_week"],
        "wished_site": data["wished_site"],
        "decline_reason": data["reason"],
    }
    mine = residents.c.resident == data["resident"]
    connection.execute(update(residents).where(mine).values(values))


def _stand(connection: Connection, resident: str) -> None:
    at = contacts.c
    standing = (at.resident == resident) & at.undone_at.is_(None)
    query = select(contacts).where(standing).order_by(at.position.desc()).limit(1)
    latest = connection.execute(query).mappings().first()
    if latest is None:
        connection.execute(delete(calls).where(calls.c.resident == resident))
        return
    row: dict[str, Any] = {name: latest[name] for name in (*SAID, "day") if name != "channel"}
    row["attempts"] = connection.execute(
        select(func.count()).select_from(contacts).where(standing)
    ).scalar_one()
    put(connection, calls, "resident", row)
