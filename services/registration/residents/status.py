"""The status of residents: one a person, computed the same way in every list."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, Literal, get_args

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
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
    )
    query = with_finding(query)
    return query if only is None else query.where(residents.c.resident.in_(only))


def with_finding(query: Select[*tuple[Any, ...]]) -> Select[Any]:
    """Join a query for residents with the finding that stands for each."""
    found = findings.c
    standing = and_(found.person == residents.c.resident, found.stands.is_(True))
    return query.select_from(residents.outerjoin(findings, standing))


def in_lists_order(
    unit: str, day: date
) -> tuple[tuple[Select[Any], ColumnElement[int]], tuple[Select[Any], ColumnElement[int]]]:
    """Return queries as `with_status` for whom a unit counts and for whom it lists beside (R16).

    Each with the column that gives its order, that of registration.
    """
    at, also = residents.c, memberships.c
    beside = with_status(day).join(memberships, also.resident == at.resident)
    return (
        (with_status(day).where(at.unit == unit), at.listed),
        (beside.where(also.unit == unit), also.listed),
    )


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


def in_cohort(cohort: str) -> ColumnElement[bool]:
    """Return the condition that a resident belongs to a cohort, as the main one or beside (R20)."""
    tagged = select(tags.c.resident).where(tags.c.cohort == cohort)
    return or_(residents.c.cohort == cohort, residents.c.resident.in_(tagged))
