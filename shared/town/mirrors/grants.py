"""Mirror of grants: which accounts may act at which site, and are not locked."""

from __future__ import annotations

from sqlalchemy import Column, Connection, MetaData, String, Table, delete, select

from shared.kit.contracts import Event
from shared.kit.eventstore import Views, put
from shared.town.work import Work

tables = MetaData()
site_grants = Table(
    "site_grants",
    tables,
    Column("login", String, primary_key=True),
    Column("role", String, primary_key=True),
    Column("scope", String, primary_key=True, index=True),
)
locked_staff = Table("locked_staff", tables, Column("login", String, primary_key=True))

views = Views(tables)


@views.on("RoleGranted")
def _granted(connection: Connection, event: Event) -> None:
    if event.data["scope"].startswith("site:"):
        row = {name: event.data[name] for name in ("login", "role", "scope")}
        put(connection, site_grants, ("login", "role", "scope"), row)


@views.on("RoleRevoked")
def _revoked(connection: Connection, event: Event) -> None:
    at, data = site_grants.c, event.data
    these = at.login == data["login"], at.role == data["role"], at.scope == data["scope"]
    connection.execute(delete(site_grants).where(*these))


@views.on("StaffLocked")
def _locked(connection: Connection, event: Event) -> None:
    put(connection, locked_staff, "login", {"login": event.data["login"]})


@views.on("StaffUnlocked")
def _unlocked(connection: Connection, event: Event) -> None:
    mine = locked_staff.c.login == event.data["login"]
    connection.execute(delete(locked_staff).where(mine))


def staff_at(work: Work, site: str) -> list[str]:
    """Return the logins of all accounts with a grant at a site, locked ones left out."""
    at = site_grants.c
    query = select(at.login).distinct().where(at.scope == f"site:{site}")
    query = query.where(at.login.not_in(select(locked_staff.c.login)))
    return [row["login"] for row in work.rows(query.order_by(at.login))]
