"""Who is enrolled, and what is granted to them."""

from __future__ import annotations

from typing import Any, TypedDict

from sqlalchemy import Select, Table, select, true

from services.supervision.domain.refusals import NotEnrolled
from services.supervision.sign_in import queries as sign_in
from services.supervision.staff.views import grants, staff
from shared.town.access.roles import ADMINISTRATOR
from shared.town.work import Work


class Held(TypedDict):
    """A role that is granted, and where: `unit:v01`, `site:stadium`, `town`."""

    role: str
    scope: str


class Account(TypedDict):
    """An account; `post` says what the person does, `ready` that a password is set."""

    login: str
    post: str
    locked: bool
    ready: bool
    grants: list[Held]


class Accounts(TypedDict):
    """Every account."""

    staff: list[Account]


def accounts(work: Work) -> list[Account]:
    """Return every account."""
    return _accounts(work, None, sign_in.every_login(work))


def member(work: Work, login: str) -> Account:
    """Return one account. Raises `NotEnrolled`."""
    stored = sign_in.of_login(work, login)
    found = _accounts(work, login, {login: stored} if stored else {})
    if not found:
        raise NotEnrolled
    return found[0]


def administrators(work: Work) -> set[str]:
    """Return the logins of those who can help the others in: not the locked ones."""
    held = grants.join(staff, grants.c.login == staff.c.login)
    query = select(grants.c.login).select_from(held)
    query = query.where(grants.c.role == ADMINISTRATOR, staff.c.locked.is_(False))
    return {row["login"] for row in work.rows(query)}


def _accounts(
    work: Work, login: str | None, known: dict[str, sign_in.Credentials]
) -> list[Account]:
    def of(table: Table) -> Select[Any]:
        return select(table).where(true() if login is None else table.c.login == login)

    held: dict[str, list[Held]] = {}
    for row in work.rows(of(grants).order_by(grants.c.role, grants.c.scope)):
        held.setdefault(row["login"], []).append({"role": row["role"], "scope": row["scope"]})
    return [
        {
            "login": row["login"],
            "post": known[row["login"]]["post"] if row["login"] in known else "",
            "locked": bool(row["locked"]),
            "ready": row["login"] in known and known[row["login"]]["password"] is not None,
            "grants": held.get(row["login"], []),
        }
        for row in work.rows(of(staff).order_by(staff.c.login))
    ]
