"""What is booked for a week, and what was published as its plan (R22)."""

from __future__ import annotations

from datetime import date
from typing import TypedDict, cast

from sqlalchemy import func, select

from services.appointments.courses.views import appointments
from services.appointments.domain.plan import WeeklyPlan
from shared.kit.formats import Day, Id
from shared.town.mirrors.residents import residents
from shared.town.work import Work


class Planned(TypedDict):
    """How many of a unit are booked for a dose on a day."""

    unit: str
    day: date
    dose: int
    planned: int


class OfUnit(TypedDict):
    """An appointment of one of a unit's people, with the sealed identity."""

    resident: Id
    day: Day
    time: str
    dose: int
    identity: str | None


def planned(work: Work, days: tuple[date, ...]) -> list[Planned]:
    """Count the appointments of some days, cancelled ones left out."""
    at = appointments.c
    within = at.day.between(days[0].isoformat(), days[-1].isoformat())
    query = select(at.unit, at.day, at.dose, func.count().label("planned"))
    query = query.where(within, at.status != "cancelled").group_by(at.unit, at.day, at.dose)
    rows = work.rows(query.order_by(at.unit, at.day, at.dose))
    return [cast("Planned", row | {"day": date.fromisoformat(row["day"])}) for row in rows]


def expected(work: Work, unit: str, days: tuple[date, ...]) -> list[OfUnit]:
    """Return whom of a unit the site expects on some days, in the order of their appointments."""
    at = appointments.c
    within = at.day.between(days[0].isoformat(), days[-1].isoformat())
    query = select(at.resident, at.day, at.time, at.dose, residents.c.identity)
    query = query.outerjoin(residents, residents.c.resident == at.resident)
    query = query.where(at.unit == unit, within, at.status == "booked")
    return work.rows(query.order_by(at.day, at.time, at.resident), OfUnit)


def plan_of(work: Work, week: str) -> WeeklyPlan:
    """Return what was last published for a week."""
    return work.begin(WeeklyPlan, WeeklyPlan.create_id(work.site, week))
