"""What is asked of mobilisation: who is responsible for whom on any day (R24), and the contacts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Literal, TypedDict, cast
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, String, and_, func, literal, or_, select

from services.registration.domain.responsibility import Responsibility
from services.registration.mobilisation.views import contacts, responsibilities
from services.registration.residents import queries as residents
from services.registration.residents.joining import records
from services.registration.units import queries as units
from shared.kit.eventstore import Prepared, among, in_json
from shared.kit.formats import Day, Id, Moment, page_of
from shared.town.work import Work

_AT = responsibilities.c
_DATED = (_AT.cadre, _AT.since, _AT.until, _AT.recorded_at, _AT.actor.label("recorded_by"))
_HOLDER = (literal("assigned", String).label("how"), *_DATED)
_HELD = Prepared(select(_AT.resident, _AT.cadre, _AT.until).where(among(_AT.resident, "ids")))


class Holder(TypedDict):
    """Who is responsible, and how: assigned, else the unit's clerk, else nobody is named.

    `since` and `until` (the first day after) tell when it holds, `recorded_at` when it was told.
    """

    how: Literal["assigned", "clerk", "nobody"]
    cadre: str | None
    since: Day | None
    until: Day | None
    recorded_at: Moment | None
    recorded_by: str | None


class Assigned(TypedDict):
    """One assignment of a resident."""

    unit: str
    cadre: str
    since: Day
    until: Day | None
    recorded_at: Moment
    recorded_by: str


class Responsible(Holder):
    """Who is responsible for a resident on a day, and every assignment, the newest first."""

    resident: Id
    unit: str
    on: date
    history: list[Assigned]


class ResponsibleFor(Holder):
    """Who is responsible for one resident of a list."""

    resident: Id


class ResponsibleInUnit(TypedDict):
    """Who was responsible for each resident of a unit on a day; `next`: the next page's `after`."""

    unit: str
    on: date
    residents: list[ResponsibleFor]
    next: Id | None


def holds_now(resident: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the condition that joins a resident with the assignment that holds now."""
    return and_(_AT.resident == resident, _AT.until.is_(None))


def holds_on(day: date) -> ColumnElement[bool]:
    """Return the condition that an assignment holds on a day; of several the newest counts."""
    on = day.isoformat()
    return and_(_AT.since <= on, or_(_AT.until.is_(None), _AT.until > on))


def streams_of(resident: str) -> tuple[str, ...]:
    """Return the streams that tell of a resident here: who was responsible is history too."""
    return (str(Responsibility.create_id(UUID(resident))),)


# Who is responsible


def responsible(work: Work, resident: UUID, on: date | None = None) -> Responsible:
    """Return who is responsible for a resident on a day, and all assignments.

    Raises `UnknownResident`.
    """
    day, unit = on or work.today(), residents.unit_of(work, resident)
    newest = select(_AT.unit, *_DATED).where(_AT.resident == str(resident))
    return Responsible(
        **holder_of(work, resident, unit, day),
        resident=str(resident),
        unit=unit,
        on=day,
        history=work.rows(newest.order_by(_AT.position.desc()), Assigned),
    )


def responsible_in(
    work: Work, unit: str, *, on: date | None, cadre: str | None, after: UUID | None, limit: int
) -> ResponsibleInUnit:
    """Return who was responsible for each resident of a unit on a day, in order of registration.

    Raises `UnknownUnit`.
    """
    units.unit(work, unit)
    day, person = on or work.today(), records()
    one, held = records().c, responsibilities.alias()
    holding = select(func.max(_AT.position)).where(_AT.resident == person.c.resident, holds_on(day))
    newest = and_(
        held.c.resident == person.c.resident,
        held.c.position == holding.correlate(person).scalar_subquery(),
    )
    dated = [held.c[name] for name in ("cadre", "since", "until", "recorded_at")]
    query = (
        select(person.c.resident, *dated, held.c.actor.label("recorded_by"))
        .select_from(person.outerjoin(held, newest))
        .where(person.c.unit == unit)
        .order_by(person.c.listed)
        .limit(limit + 1)
    )
    if after is not None:
        before = select(one.listed).where(one.resident == str(after))
        query = query.where(person.c.listed > before.scalar_subquery())
    clerk = _clerk(work, unit, day)
    if cadre is not None:
        of_cadre = held.c.cadre == cadre
        query = query.where(
            or_(of_cadre, held.c.cadre.is_(None)) if clerk["cadre"] == cadre else of_cadre
        )
    found = [
        cast("ResponsibleFor", row | (clerk if row["cadre"] is None else {"how": "assigned"}))
        for row in work.rows(query)
    ]
    page, following = page_of(found, limit, "resident")
    return {"unit": unit, "on": day, "residents": page, "next": following}


def holder_of(work: Work, resident: UUID, unit: str, day: date) -> Holder:
    """Return who is responsible on a day for a resident of a unit."""
    held = select(*_HOLDER).where(_AT.resident == str(resident), holds_on(day))
    newest = held.order_by(_AT.position.desc()).limit(1)
    return work.row(newest, Holder) or _clerk(work, unit, day)


def _clerk(work: Work, unit: str, day: date) -> Holder:
    """Whom nobody is assigned to, the unit's clerk is responsible for, if one is named."""
    named = units.named_on(work, day, unit).get(unit)
    if named is None or named["clerk"] is None:
        return Holder(
            how="nobody", cadre=None, since=None, until=None, recorded_at=None, recorded_by=None
        )
    return Holder(
        how="clerk",
        cadre=named["clerk"],
        since=named["since"],
        until=None,
        recorded_at=named["at"],
        recorded_by=named["actor"],
    )


def cadre_of(work: Work, resident: UUID) -> str | None:
    """Return the login responsible for a resident today; None when nobody is named."""
    return holder_of(work, resident, residents.unit_of(work, resident), work.today())["cadre"]


def holders_of(work: Work, residents: Sequence[str]) -> dict[str, str | None]:
    """Return the cadres assigned to residents now; None to whoever only had one before."""
    held: dict[str, str | None] = {}
    for row in work.rows(_HELD, ids=in_json(residents)):
        held.setdefault(row["resident"], None)
        if row["until"] is None:
            held[row["resident"]] = row["cadre"]
    return held


def on_list_of(
    work: Work, people: FromClause, login: str, reach: Collection[str] | None
) -> ColumnElement[bool]:
    """Return the condition on people joined with `holds_now` that they are on a login's list.

    Whom nobody is assigned to, the unit's clerk has. `reach` are the units that the login may
    see; None: all.
    """
    officers = units.named_on(work, work.today())
    clerk_in = [unit for unit, named in officers.items() if named["clerk"] == login]
    unassigned = and_(_AT.cadre.is_(None), people.c.unit.in_(clerk_in))
    mine = or_(_AT.cadre == login, unassigned)
    return mine if reach is None else and_(mine, people.c.unit.in_(reach))


# Contacts


def contacts_of(work: Work, resident: UUID) -> list[dict[str, object]]:
    """Return every contact of a resident, those undone included, the newest first."""
    mine = select(contacts).where(contacts.c.resident == str(resident))
    return work.rows(mine.order_by(contacts.c.position.desc()), dict[str, object])


def may_undo(work: Work, contact: Mapping[str, object], by: str, *, senior: bool) -> bool:
    """Tell whether `by` may undo a contact: who is `senior` any, others what they recorded today."""
    return senior or (contact["actor"], contact["day"]) == (by, work.today().isoformat())


def latest_contact(work: Work, resident: UUID) -> dict[str, object] | None:
    """Return the newest contact of a resident that has not been undone."""
    at = contacts.c
    mine = select(contacts).where(at.resident == str(resident), at.undone_at.is_(None))
    return work.row(mine.order_by(at.position.desc()).limit(1), dict[str, object])
