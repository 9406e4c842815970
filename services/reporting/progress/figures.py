"""Figures: doses, answers and plans of town, sites, units and days, as reports publish them.

What each number means is documented on `Figures` in `shared/town/contracts/reporting.py`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from typing import Literal, TypedDict

from sqlalchemy import Column, ColumnElement, func, select

from services.reporting.progress.views import doses, people, plans
from shared.town.campaign import days_of
from shared.town.work import Work


class Given(TypedDict):
    """Doses by their number."""

    first: int
    second: int


class OfSite(Given):
    """Doses a site has given."""

    site: str


class OfDay(Given):
    """Doses a site has given on a day."""

    site: str
    day: date


class OfUnit(Given):
    """A unit's people and their newest answers, their doses planned in a week, and given."""

    unit: str
    registered: int
    consented: int
    declined: int
    planned: int


class Totals(TypedDict):
    """Figures up to and including a day."""

    town: Given
    sites: list[OfSite]
    units: list[OfUnit]


class Figures(Totals):
    """Figures up to and including a day, and those of each day of a week."""

    days: list[OfDay]


def figures(work: Work, through: date, week: str) -> Figures:
    """Return figures up to and including a day; `days` and `planned` of one week."""
    first, *_, last = days_of(week)
    return {**totals(work, through, week), "days": days(work, first, min(through, last))}


def totals(work: Work, through: date, week: str) -> Totals:
    """Return figures up to and including a day; `planned` is of one week."""
    until = doses.c.day <= through.isoformat()
    by_site, by_unit = _given(work, until, doses.c.site), _given(work, until, doses.c.unit)
    answers, plan = _answers(work), planned(work, week, "unit")
    none = Given(first=0, second=0)
    return {
        "town": {
            "first": sum(row["first"] for row in by_site.values()),
            "second": sum(row["second"] for row in by_site.values()),
        },
        "sites": [
            {"site": code, **by_site.get((code,), none)}
            for code in sorted(site.code for site in work.campaign.sites)
        ],
        "units": [
            {
                "unit": code,
                "registered": answers[code]["registered"],
                "consented": answers[code]["consented"],
                "declined": answers[code]["declined"],
                "planned": plan.get(code, 0),
                **by_unit.get((code,), none),
            }
            for code in sorted(unit.code for unit in work.campaign.units)
        ],
    }


def days(work: Work, first: date, last: date) -> list[OfDay]:
    """Return doses by day and site between two days, both included."""
    between = doses.c.day.between(first.isoformat(), last.isoformat())
    return [
        {"day": date.fromisoformat(day), "site": site, **given}
        for (day, site), given in _given(work, between, doses.c.day, doses.c.site).items()
    ]


def of_units(work: Work, first: date, last: date) -> dict[str, int]:
    """Return how many doses were given for each unit between two days, both included."""
    between = doses.c.day.between(first.isoformat(), last.isoformat())
    by_unit = _given(work, between, doses.c.unit)
    return {unit: row["first"] + row["second"] for (unit,), row in by_unit.items()}


def planned(work: Work, week: str, by: Literal["site", "unit"]) -> dict[str, int]:
    """Return the doses planned for a week at each site or for each unit, as last published (R22)."""
    group = plans.c[by]
    query = select(group.label("code"), func.sum(plans.c.planned).label("planned"))
    query = query.where(plans.c.week == week).group_by(group)
    return {row["code"]: int(row["planned"]) for row in work.rows(query)}


def _given(
    work: Work, within: ColumnElement[bool], *by: Column[str]
) -> dict[tuple[str, ...], Given]:
    """Return sums of doses in the order of what they are summed by."""
    query = select(*by, doses.c.dose, func.sum(doses.c.given).label("given")).where(within)
    found: dict[tuple[str, ...], Given] = {}
    for row in work.rows(query.group_by(*by, doses.c.dose).order_by(*by)):
        entry = found.setdefault(tuple(row[each.name] for each in by), {"first": 0, "second": 0})
        entry["first" if row["dose"] == 1 else "second"] = int(row["given"])
    return found


def _answers(work: Work) -> defaultdict[str, Counter[str]]:
    """Return how many are registered in each unit, and how many answered what last.

    Records of one person count once: where the one that stays is, with the newest answer.
    """
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in work.rows(select(people)):
        found[row["unit"]].update({"registered": row["number"], row["answer"]: row["number"]})
    return found
