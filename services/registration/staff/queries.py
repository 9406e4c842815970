"""What is asked of staff: who may be responsible for a unit's people, and what everybody does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from sqlalchemy import ColumnElement, select

from services.registration.staff.views import locked_staff, staff_roles
from shared.town.access.roles import OF_UNITS, OFFICE
from shared.town.work import Work

_AT = staff_roles.c


class Held(TypedDict):
    """A role of an account, and where it holds."""

    login: str
    role: str
    scope: str


def cadres_at_work(work: Work, unit: str) -> list[str]:
    """Return the logins that may be responsible for a unit's people: granted for it, not locked."""
    here = _AT.scope.in_((f"unit:{unit}", f"list:{unit}"))
    return _at_work(work, here & _AT.role.in_(OF_UNITS))


def of_office(work: Work) -> list[str]:
    """Return the logins of the town's office, not locked."""
    return _at_work(work, _AT.role == OFFICE)


def roles(work: Work) -> list[Held]:
    """Return every role that an account holds."""
    return work.rows(select(staff_roles).order_by(_AT.login, _AT.role, _AT.scope), Held)


def _at_work(work: Work, which: ColumnElement[bool]) -> list[str]:
    query = select(_AT.login).where(which, _AT.login.not_in(select(locked_staff.c.login)))
    found: Sequence[dict[str, str]] = work.rows(query.distinct().order_by(_AT.login))
    return [row["login"] for row in found]
