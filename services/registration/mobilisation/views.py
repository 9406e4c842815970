"""Read models of mobilisation: who answers for whom from when until when, and every contact."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    delete,
    func,
    insert,
    select,
    update,
)

from shared.kit.contracts import Event
from shared.kit.eventstore import Views, put

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
# Who works for which unit: from supervision.
unit_staff = Table(
    "unit_staff",
    tables,
    Column("login", String, primary_key=True),
    Column("role", String, primary_key=True),
    Column("scope", String, primary_key=True),
)
locked_staff = Table("locked_staff", tables, Column("login", String, primary_key=True))
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
views = Views(tables)
OF_A_UNIT = ("unit:", "list:")
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


def _close(connection: Connection, resident: str, until: str, but: str | None = None) -> None:
    at = responsibilities.c
    current = update(responsibilities).where(at.resident == resident, at.until.is_(None))
    if but is not None:
        current = current.where(at.unit != but)
    connection.execute(current.values(until=until))


@views.on("QuotaSet")
def _quota(connection: Connection, event: Event) -> None:
    put(connection, quotas, ("unit", "cadre"), event.data)


@views.on("RoleGranted", "RoleRevoked")
def _granted(connection: Connection, event: Event) -> None:
    mine = (unit_staff.c[name] == event.data[name] for name in ("login", "role", "scope"))
    connection.execute(delete(unit_staff).where(*mine))
    if event.name == "RoleGranted" and event.data["scope"].startswith(OF_A_UNIT):
        connection.execute(insert(unit_staff), event.data)


@views.on("StaffLocked", "StaffUnlocked")
def _locked(connection: Connection, event: Event) -> None:
    login = event.data["login"]
    connection.execute(delete(locked_staff).where(locked_staff.c.login == login))
    if event.name == "StaffLocked":
        connection.execute(insert(locked_staff), {"login": login})


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
