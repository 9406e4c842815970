"""What tallies tell: units and cohorts with how many people stand where, and a unit's statuses."""

from __future__ import annotations

from collections import Counter
from typing import TypedDict

from sqlalchemy import Select, func, select

from services.registration.domain.refusals import UnknownUnit
from services.registration.tallies.views import of_cohorts, of_statuses, of_units
from services.registration.units.queries import UnitRow, units_on
from shared.town.terms.residents import COHORTS
from shared.town.work import Work

_COUNTS = [each for each in of_units.c if each.name != "unit"]


class CountedUnit(UnitRow):
    """A unit and how many of its people stand where; `also`: listed here, counted elsewhere."""

    registered: int
    consented: int
    declined: int
    first: int
    second: int
    also: int


class CountedUnits(TypedDict):
    """All units in the plan's order."""

    units: list[CountedUnit]


class CohortCount(TypedDict):
    """How far one cohort is (R20)."""

    cohort: str
    people: int
    consented: int
    first: int
    second: int
    percent: float


class Cohorts(TypedDict):
    """Coverage of every cohort; who is in two counts in each, and once in `people`."""

    cohorts: list[CohortCount]
    people: int


def counted_units(work: Work) -> list[CountedUnit]:
    """Return all units with their counts."""
    return work.rows(_counted(work), CountedUnit)


def counted_unit(work: Work, code: str) -> CountedUnit:
    """Return one unit with its counts; raises `UnknownUnit`."""
    found = work.row(_counted(work, code), CountedUnit)
    if found is None:
        raise UnknownUnit(unit=code)
    return found


def _counted(work: Work, code: str | None = None) -> Select[*tuple[object, ...]]:
    """Counted are the people whom a unit registered; `also` are those it lists beside (R02, R16)."""
    units = units_on(work.today()).subquery()
    query = (
        select(
            *(units.c[name] for name in UnitRow.__annotations__),
            *(func.coalesce(each, 0).label(each.name) for each in _COUNTS),
        )
        .select_from(units.outerjoin(of_units, of_units.c.unit == units.c.unit))
        .order_by(units.c.listed)
    )
    return query if code is None else query.where(units.c.unit == code)


def statuses(work: Work, code: str) -> dict[str, int]:
    """Return how many residents on a unit's list have each status today."""
    today, found = work.today().isoformat(), Counter[str]()
    for row in work.rows(select(of_statuses).where(of_statuses.c.unit == code)):
        over = row["until"] and row["until"] <= today
        found[row["later"] if over else row["status"]] += row["people"]
    return dict(found)


def cohorts(work: Work, unit: str | None = None) -> list[CohortCount]:
    """Return the coverage of each cohort, of the town or among those a unit counts (R20).

    Who is in two cohorts counts in each.
    """
    at = of_cohorts.c
    sums = (
        func.sum(each).label(each.name) for each in (at.people, at.consented, at.first, at.second)
    )
    query = select(at.cohort, *sums).group_by(at.cohort)
    if unit is not None:
        query = query.where(at.unit == unit)
    found: dict[str, CohortCount] = {}
    for row in work.rows(query):
        numbers = {name: int(row[name]) for name in ("people", "consented", "first", "second")}
        percent = round(100 * numbers["second"] / numbers["people"], 1)
        found[row["cohort"]] = CohortCount(cohort=row["cohort"], **numbers, percent=percent)
    order = [*COHORTS, *sorted(found.keys() - COHORTS.keys())]
    return [found[code] for code in order if code in found]
