"""What is asked of mobilisation: who is responsible for whom on any day (R24), and the contacts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple, TypedDict
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, and_, or_, select

from services.registration.domain.responsibility import Responsibility
from services.registration.mobilisation.views import (
    OF_A_UNIT,
    contacts,
    locked_staff,
    responsibilities,
    unit_staff,
)
from services.registration.residents import queries as residents
from services.registration.residents.joining import records
from services.registration.units import queries as units
from shared.town.access.roles import OF_UNITS
from shared.town.work import Work

ASSIGNED, CLERK, NOBODY = "assigned", "clerk", "nobody"


class Holder(NamedTuple):
    """Who is responsible, and how: assigned, else the unit's clerk, else nobody.

    `since` and `until` (the first day after) tell when it holds, `recorded_at` when it was told.
    """

    how: str
    cadre: str | None = None
    since: str | None = None
    until: str | None = None
    recorded_at: str | None = None
    recorded_by: str | None = None


class ContactRow(TypedDict):
    """A contact as it was recorded, and its undoing."""

    resident: str
    contact: str
    position: int
    at: str
    day: str
    actor: str
    channel: str
    outcome: str
    next_day: str | None
    wished_week: str | None
    wished_site: str | None
    reason: str | None
    undone_at: str | None
    undone_by: str | None


class Assignment(TypedDict):
    """A row of assignments."""

    resident: str
    position: int
    unit: str
    cadre: str
    since: str
    until: str | None
    recorded_at: str
    actor: str


def holds_now(resident: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the condition that joins a resident with the assignment that holds now."""
    at = responsibilities.c
    return and_(at.resident == resident, at.until.is_(None))


def holds_on(day: date) -> ColumnElement[bool]:
    """Return the condition that an assignment holds on a day; of several the newest counts."""
    at, on = responsibilities.c, day.isoformat()
    return and_(at.since <= on, or_(at.until.is_(None), at.until > on))


def streams_of(resident: str) -> tuple[str, ...]:
    """Return the streams that tell of a resident here: who was responsible is history too."""
    return (str(Responsibility.create_id(UUID(resident))),)


# Who is responsible


def responsible(work: Work, resident: UUID, on: date | None = None) -> dict[str, object]:
    """Return who is responsible for a resident on a day, and all assignments, the newest first.

    Raises `UnknownResident`.
    """
    day, unit = on or work.today(), residents.unit_of(work, resident)
    mine = select(responsibilities).where(responsibilities.c.resident == str(resident))
    newest = mine.order_by(responsibilities.c.position.desc())
    return {
        "resident": str(resident),
        "unit": unit,
        "on": day.isoformat(),
        **holder_of(work, resident, unit, day)._asdict(),
        "history": [_dated(row) | {"unit": row["unit"]} for row in work.rows(newest, Assignment)],
    }


def responsible_in(
    work: Work, unit: str, *, on: date | None, cadre: str | None, after: UUID | None, limit: int
) -> dict[str, object]:
    """Return who was responsible for each resident of a unit on a day, in order of registration.

    `next` is the `after` of the next page. Raises `UnknownUnit`.
    """
    units.unit(work, unit)
    day, at = on or work.today(), records().c
    people = select(at.resident, at.listed).where(at.unit == unit)
    if after is not None:
        one = records().c
        before = select(one.listed).where(one.resident == str(after))
        people = people.where(at.listed > before.scalar_subquery())
    held = held_on(work, unit, day)
    nobody = _holder(work, None, unit, day)
    found: list[dict[str, object]] = []
    for row in work.rows(people.order_by(at.listed)):
        assigned = held.get(row["resident"])
        holder = _holder(work, assigned, unit, day) if assigned else nobody
        if cadre is None or holder.cadre == cadre:
            found.append({"resident": row["resident"], **holder._asdict()})
        if len(found) > limit:
            break
    following = found[limit - 1]["resident"] if len(found) > limit else None
    return {"unit": unit, "on": day.isoformat(), "residents": found[:limit], "next": following}


def held_on(work: Work, unit: str, day: date) -> dict[str, Assignment]:
    """Return the assignments of a unit's people that hold on a day, by resident."""
    at = records().c
    here = select(at.resident).where(at.unit == unit)
    mine = select(responsibilities).where(responsibilities.c.resident.in_(here))
    oldest = mine.where(holds_on(day)).order_by(responsibilities.c.position)
    return {row["resident"]: row for row in work.rows(oldest, Assignment)}


def cadre_of(work: Work, resident: UUID) -> str | None:
    """Return the login responsible for a resident today; None when nobody is named."""
    return holder_of(work, resident, residents.unit_of(work, resident), work.today()).cadre


def holder_of(work: Work, resident: UUID, unit: str, day: date) -> Holder:
    """Return who is responsible on a day for a resident of a unit."""
    at = responsibilities.c
    held = select(responsibilities).where(at.resident == str(resident), holds_on(day))
    newest = held.order_by(at.position.desc()).limit(1)
    return _holder(work, work.row(newest, Assignment), unit, day)


def cadres_at_work(work: Work, unit: str) -> list[str]:
    """Return the logins that may be responsible for a unit's people: granted for it, not locked."""
    at = unit_staff.c
    granted = select(at.login).where(
        at.scope.in_([kind + unit for kind in OF_A_UNIT]),
        at.role.in_(OF_UNITS),
        at.login.not_in(select(locked_staff.c.login)),
    )
    return [row["login"] for row in work.rows(granted.distinct().order_by(at.login))]


def on_list_of(
    work: Work, people: FromClause, login: str, reach: Collection[str] | None
) -> ColumnElement[bool]:
    """Return the condition on people joined with `holds_now` that they are on a login's list.

    Whom nobody is assigned to, the unit's clerk has. `reach` are the units that the login may
    see; None: all.
    """
    officers = units.named_on(work, work.today())
    clerk_in = [unit for unit, named in officers.items() if named["clerk"] == login]
    at = responsibilities.c
    unassigned = and_(at.cadre.is_(None), people.c.unit.in_(clerk_in))
    mine = or_(at.cadre == login, unassigned)
    return mine if reach is None else and_(mine, people.c.unit.in_(reach))


def _holder(work: Work, held: Assignment | None, unit: str, day: date) -> Holder:
    if held is not None:
        return Holder(ASSIGNED, **_dated(held))
    named = units.named_on(work, day, unit).get(unit)
    if named is None or named["clerk"] is None:
        return Holder(NOBODY)
    return Holder(CLERK, named["clerk"], named["since"], None, named["at"], named["actor"])


def _dated(row: Assignment) -> dict[str, str | None]:
    return {
        "cadre": row["cadre"],
        "since": row["since"],
        "until": row["until"],
        "recorded_at": row["recorded_at"],
        "recorded_by": row["actor"],
    }


# Contacts


def contacts_of(work: Work, resident: UUID) -> list[ContactRow]:
    """Return every contact of a resident, those undone included, the newest first."""
    mine = select(contacts).where(contacts.c.resident == str(resident))
    return work.rows(mine.order_by(contacts.c.position.desc()), ContactRow)


def latest_contact(work: Work, resident: UUID) -> ContactRow | None:
    """Return the newest contact of a resident that has not been undone."""
    at = contacts.c
    mine = select(contacts).where(at.resident == str(resident), at.undone_at.is_(None))
    return work.row(mine.order_by(at.position.desc()).limit(1), ContactRow)
