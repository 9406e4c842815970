"""Accounts and their grants."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Connection, MetaData, String, Table, and_, delete, insert

from shared.kit.contracts import Event
from shared.kit.eventstore import Views, put

tables = MetaData()
staff = Table(
    "staff",
    tables,
    Column("login", String, primary_key=True),
    Column("locked", Boolean, nullable=False),
)
grants = Table(
    "grants",
    tables,
    Column("login", String, primary_key=True),
    Column("role", String, primary_key=True),
    Column("scope", String, primary_key=True),
)

views = Views(tables)


@views.on("StaffEnrolled", "StaffUnlocked")
def _usable(connection: Connection, event: Event) -> None:
    put(connection, staff, "login", {"login": event.data["login"], "locked": False})


@views.on("StaffLocked")
def _locked(connection: Connection, event: Event) -> None:
    put(connection, staff, "login", {"login": event.data["login"], "locked": True})


@views.on("RoleGranted")
def _granted(connection: Connection, event: Event) -> None:
    connection.execute(insert(grants), dict(event.data))


@views.on("RoleRevoked")
def _revoked(connection: Connection, event: Event) -> None:
    same = and_(*(grants.c[name] == value for name, value in event.data.items()))
    connection.execute(delete(grants).where(same))
