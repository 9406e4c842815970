"""Read models of responsibility: who answers for whom from when until when, and who may."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    String,
    Table,
    delete,
    insert,
    update,
)

from services.registration.views import tables, views
from shared.kit.contracts import Event

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
OF_A_UNIT = ("unit:", "list:")


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
    standing = update(responsibilities).where(at.resident == resident, at.until.is_(None))
    if but is not None:
        standing = standing.where(at.unit != but)
    connection.execute(standing.values(until=until))


@views.on("QuotaSet")
def _quota(connection: Connection, event: Event) -> None:
    at, data = quotas.c, event.data
    known = update(quotas).where(at.unit == data["unit"], at.cadre == data["cadre"])
    if not connection.execute(known.values(quota=data["quota"])).rowcount:
        connection.execute(insert(quotas), data)


@views.on("RoleGranted")
def _granted(connection: Connection, event: Event) -> None:
    _revoked(connection, event)
    if event.data["scope"].startswith(OF_A_UNIT):
        connection.execute(insert(unit_staff), event.data)


@views.on("RoleRevoked")
def _revoked(connection: Connection, event: Event) -> None:
    at, data = unit_staff.c, event.data
    connection.execute(
        delete(unit_staff).where(
            at.login == data["login"], at.role == data["role"], at.scope == data["scope"]
        )
    )


@views.on("StaffUnlocked")
def _unlocked(connection: Connection, event: Event) -> None:
    connection.execute(delete(locked_staff).where(locked_staff.c.login == event.data["login"]))


@views.on("StaffLocked")
def _locked(connection: Connection, event: Event) -> None:
    _unlocked(connection, event)
    connection.execute(insert(locked_staff), {"login": event.data["login"]})
