"""Read models of who works where: the roles of every account, and which are locked."""

from __future__ import annotations

from sqlalchemy import Column, Connection, MetaData, String, Table, delete, insert

from shared.kit.contracts import Event
from shared.kit.eventstore import Views

tables = MetaData()
staff_roles = Table(
    "staff_roles",
    tables,
    Column("login", String, primary_key=True),
    Column("role", String, primary_key=True),
    Column("scope", String, primary_key=True, index=True),
)
locked_staff = Table("locked_staff", tables, Column("login", String, primary_key=True))
views = Views(tables)


@views.on("RoleGranted", "RoleRevoked")
def _granted(connection: Connection, event: Event) -> None:
    mine = (staff_roles.c[name] == event.data[name] for name in ("login", "role", "scope"))
    connection.execute(delete(staff_roles).where(*mine))
    if event.name == "RoleGranted":
        connection.execute(insert(staff_roles), event.data)


@views.on("StaffLocked", "StaffUnlocked")
def _locked(connection: Connection, event: Event) -> None:
    login = event.data["login"]
    connection.execute(delete(locked_staff).where(locked_staff.c.login == login))
    if event.name == "StaffLocked":
        connection.execute(insert(locked_staff), {"login": login})
