"""The status of residents: one a person, computed the same way in every list."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, Literal, get_args

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    FromClause,
    Select,
    String,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    union_all,
)

from services.registration.residents.views import doses, memberships, residents, tags
from services.registration.units.queries import units_on
from shared.town.mirrors.findings import findings

Status = Literal[
    "completed",
    "contraindicated",
    "declined",
    "deferred",
    "first_done",
    "consented",
    "registered",
    "merged",
]
# In the order in which they outrank each other.
STATUSES: tuple[Status, ...] = get_args(Status)


def _day_of(dose: int) -> ColumnElement[str | None]:
    at = doses.c
    query = select(func.min(at.day)).where(at.person == residents.c.resident, at.dose == dose)
    return query.correlate(residents).scalar_subquery()


def _second_of_two_firsts() -> ColumnElement[str | None]:
    """Each of two records of one person may have had a first dose: the later one is the second."""
    at = doses.c
    query = select(at.day).where(at.person == residents.c.resident, at.dose == 1)
    later = query.order_by(at.day, at.source, at.position).limit(1).offset(1)
    return later.correlate(residents).scalar_subquery()


_FIRST = _day_of(1)
_SECOND = func.coalesce(_day_of(2), _second_of_two_firsts())


def status_on(day: date) -> ColumnElement[str]:
    """Return the status of a resident on a day, as a column; a deferral ends by itself."""
    found = findings.c
    deferred = and_(found.status == "deferred", found.until > day.isoformat())
    return case(
        (residents.c.merged_into.is_not(None), literal("merged", String)),
        (_SECOND.is_not(None), literal("completed", String)),
        (found.status == "contraindicated", literal("contraindicated", String)),
        (residents.c.answer == "decline", literal("declined", String)),
        (deferred, literal("deferred", String)),
        (_FIRST.is_not(None), literal("first_done", String)),
        (residents.c.answer == "consent", literal("consented", String)),
        else_=literal("registered", String),
    )


def with_status(day: date, only: Select[str] | None = None) -> Select[Any]:
    """Return a query for residents, or `only` some, with their status on a day.

    Add conditions and order.
    """
    found = findings.c
    deferred = found.status == "deferred"
    forbidding = or_(deferred, found.status == "contraindicated")
    query = select(
        *residents.c,
        case((deferred, found.until)).label("until"),
        case((forbidding, found.reasons)).label("reasons"),
        _FIRST.label("first_day"),
        _SECOND.label("second_day"),
        status_on(day).label("status"),
    ).select_from(
        residents.outerjoin(
            findings, and_(found.person == residents.c.resident, found.stands.is_(True))
        )
    )
    return query if only is None else query.where(residents.c.resident.in_(only))


def is_counted() -> ColumnElement[bool]:
    """Return the condition that a record stands for its person: a person counts once (R16)."""
    return residents.c.merged_into.is_(None)


def listed() -> CompoundSelect[Any, Any, Any]:
    """Return a query for who is on which unit's list: resident, unit, tie."""
    at, also = residents.c, memberships.c
    return union_all(
        select(at.resident, at.unit, at.tie), select(also.resident, also.unit, also.tie)
    )


def in_cohorts() -> CompoundSelect[Any, Any]:
    """Return a query for who belongs to which cohort: resident, cohort."""
    return union_all(
        select(residents.c.resident, residents.c.cohort), select(tags.c.resident, tags.c.cohort)
    )


def also_in(codes: Collection[str]) -> Select[Any]:
    """Return a query for whom units list that another unit counts."""
    return select(memberships.c.resident).where(memberships.c.unit.in_(codes))


def on_list(*codes: str) -> ColumnElement[bool]:
    """Return the condition that one of these units lists a resident, counted there or not (R16)."""
    return or_(residents.c.unit.in_(codes), residents.c.resident.in_(also_in(codes)))


def in_cohort(cohort: str) -> ColumnElement[bool]:
    """Return the condition that a resident belongs to a cohort, as the main one or beside (R20)."""
    tagged = select(tags.c.resident).where(tags.c.cohort == cohort)
    return or_(residents.c.cohort == cohort, residents.c.resident.in_(tagged))


def statuses_of(unit: str, day: date) -> Select[str, int]:
    """Return a query for how many residents on a unit's list have each status."""
    people = with_status(day).where(on_list(unit)).subquery()
    return select(people.c.status, func.count().label("people")).group_by(people.c.status)


def units_with_counts(day: date, code: str | None = None) -> Select[Any]:
    """Return a query for one or all units in the plan's order, with how many people stand where.

    Counted are the people whom the unit registered; `also` are those it lists beside (R02, R16).
    """
    at, number = residents.c, func.count()
    answers = select(
        at.unit,
        number.label("registered"),
        number.filter(at.answer == "consent").label("consented"),
        number.filter(at.answer == "decline").label("declined"),
    ).where(is_counted())
    given = select(
        doses.c.unit,
        number.filter(doses.c.dose == 1).label("first"),
        number.filter(doses.c.dose == 2).label("second"),
    )
    shared = (
        select(memberships.c.unit, number.label("also"))
        .join(residents, at.resident == memberships.c.resident)
        .where(is_counted())
    )
    units = units_on(day).subquery()
    joined: FromClause = units
    shown = [units.c[name] for name in ("unit", "kind", "name_zh", "name_en", "target", "site")]
    for counts in (answers, given, shared):
        of = counts.group_by(counts.selected_columns.unit).subquery()
        joined = joined.outerjoin(of, of.c.unit == units.c.unit)
        shown += [func.coalesce(each, 0).label(each.name) for each in of.c if each.name != "unit"]
    query = select(*shown).select_from(joined).order_by(units.c.listed)
    return query if code is None else query.where(units.c.unit == code)
