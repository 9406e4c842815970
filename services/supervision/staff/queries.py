"""Who is enrolled, and what is granted to them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypedDict

from sqlalchemy import select

from services.supervision.domain.refusals import NotEnrolled
from services.supervision.domain.staff import Staff
from services.supervision.sign_in.views import credentials
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


def accounts(work: Work, login: str | None = None) -> list[Account]:
    """Return every account in the order of the logins, or the one of a login."""
    query = (
        select(staff, credentials.c.post, credentials.c.password, grants.c.role, grants.c.scope)
        .outerjoin(credentials, credentials.c.login == staff.c.login)
        .outerjoin(grants, grants.c.login == staff.c.login)
        .order_by(staff.c.login, grants.c.role, grants.c.scope)
    )
    if login is not None:
        query = query.where(staff.c.login == login)
    found: dict[str, Account] = {}
    for row in work.rows(query):
        account = found.setdefault(
            row["login"],
            {
                "login": row["login"],
                "post": row["post"] or "",
                "locked": bool(row["locked"]),
                "ready": row["password"] is not None,
                "grants": [],
            },
        )
        if row["role"] is not None:
            account["grants"].append({"role": row["role"], "scope": row["scope"]})
    return list(found.values())


def member(work: Work, login: str) -> Account:
    """Return one account. Raises `NotEnrolled`."""
    found = accounts(work, login)
    if not found:
        raise NotEnrolled
    return found[0]


def versions(work: Work, logins: Iterable[str]) -> dict[str, int]:
    """Return the version of each of some accounts, which a page's forms name."""
    streams = {Staff.create_id(login): login for login in logins}
    return {streams[each]: version for each, version in work.versions(streams).items()}


def administrators(work: Work) -> set[str]:
    """Return the logins of those who can help the others in: not the locked ones."""
    held = grants.join(staff, grants.c.login == staff.c.login)
    query = select(grants.c.login).select_from(held)
    query = query.where(grants.c.role == ADMINISTRATOR, staff.c.locked.is_(False))
    return {row["login"] for row in work.rows(query)}
