"""What is asked of the campaign and its units: weeks, names, officers, sites of a day."""

from __future__ import annotations

from datetime import date
from typing import TypedDict

from sqlalchemy import ColumnElement, Select, func, select

from services.registration.domain.refusals import UnknownUnit
from services.registration.domain.unit import Unit
from services.registration.units.views import campaign, dockings, officers, units
from shared.kit.formats import Day, Moment
from shared.town.campaign import weeks_between
from shared.town.work import Work


class Campaign(TypedDict):
    """The campaign's goal and dates (R01, R02, R05)."""

    name_zh: str
    name_en: str
    start: Day
    end: Day
    first_dose_cutoff: Day
    population: int
    head_count_target: int
    coverage_target: float


class UnitRow(TypedDict):
    """A unit: its names, its target, and its site today."""

    unit: str
    kind: str
    name_zh: str
    name_en: str
    target: int
    site: str


class Officers(TypedDict):
    """The logins named for a unit; None where a post is vacant (R14)."""

    chief: str | None
    clerk: str | None
    contact_leader: str | None


class Named(Officers):
    """Officers of a unit from a day on, and who said so when."""

    position: int
    unit: str
    since: Day
    at: Moment
    actor: str


class OfficersHistory(TypedDict):
    """Who was named for a unit, the newest first."""

    history: list[Named]


class Docked(TypedDict):
    """A unit's site from a day on, and who said so when."""

    site: str
    since: Day
    at: Moment
    actor: str


class DockingHistory(TypedDict):
    """A unit's dockings, the newest first, and the site on the day asked for."""

    unit: str
    day: date
    site: str | None
    history: list[Docked]


def stored_unit(work: Work, code: str) -> Unit:
    """Load a unit; raises `UnknownUnit`."""
    unit = work.find(Unit, Unit.create_id(code))
    if unit is None:
        raise UnknownUnit(unit=code)
    return unit


def opened_campaign(work: Work) -> Campaign:
    """Return the campaign as it was opened."""
    [opened] = work.rows(select(campaign), Campaign)
    return opened


def weeks(work: Work) -> tuple[str, ...]:
    """Return the weeks in which first doses are given, and so may be wished (R05)."""
    return weeks_between(work.campaign.start, work.campaign.first_dose_cutoff)


# Units


def site_on(day: date) -> ColumnElement[str | None]:
    """Return the site of a row of `units` on a day, as a column: the latest that has begun.

    Before the first docking begins, it is that one's.
    """
    at = dockings.c
    mine = select(at.site).where(at.unit == units.c.unit).limit(1).correlate(units)
    begun = mine.where(at.since <= day.isoformat())
    latest = begun.order_by(at.since.desc(), at.position.desc())
    first = mine.order_by(at.since, at.position.desc())
    return func.coalesce(latest.scalar_subquery(), first.scalar_subquery())


def units_on(day: date) -> Select[*tuple[object, ...]]:
    """Return a query for the units with their sites of a day; `listed` gives the plan's order."""
    return select(*units.c, site_on(day).label("site"))


def all_units(work: Work) -> list[UnitRow]:
    """Return all units in the plan's order."""
    return work.rows(units_on(work.today()).order_by(units.c.listed), UnitRow)


def unit(work: Work, code: str) -> UnitRow:
    """Return one unit; raises `UnknownUnit`."""
    found = work.row(units_on(work.today()).where(units.c.unit == code), UnitRow)
    if found is None:
        raise UnknownUnit(unit=code)
    return found


# Officers


def officers_history(work: Work, code: str) -> list[Named]:
    """Return who was named for a unit, the newest first."""
    at = officers.c
    query = select(officers).where(at.unit == code)
    return work.rows(query.order_by(at.since.desc(), at.position.desc()), Named)


def named_on(work: Work, day: date, code: str | None = None) -> dict[str, Named]:
    """Return who is named on a day, by unit, or for one unit; units without officers are left out."""
    at = officers.c
    query = select(officers).where(at.since <= day.isoformat())
    if code is not None:
        query = query.where(at.unit == code)
    return {row["unit"]: row for row in work.rows(query.order_by(at.since, at.position), Named)}


def officers_of(work: Work, code: str, on: date) -> Officers:
    """Return the logins named for a unit on a day, by post."""
    return named_on(work, on, code).get(code) or Officers(
        chief=None, clerk=None, contact_leader=None
    )


# Sites


def docking_history(work: Work, code: str) -> list[Docked]:
    """Return a unit's dockings, the newest first, each with who said it and when."""
    at = dockings.c
    query = select(at.site, at.since, at.at, at.actor).where(at.unit == code)
    return work.rows(query.order_by(at.since.desc(), at.position.desc()), Docked)


def units_at(work: Work, site: str) -> list[str]:
    """Return the units that are, were or will be docked to a site."""
    query = select(dockings.c.unit).where(dockings.c.site == site).distinct()
    return [row["unit"] for row in work.rows(query)]


def sites_of(work: Work, code: str) -> tuple[str, ...]:
    """Return the sites a unit is, was or will be docked to; none before it is listed."""
    return tuple({row["site"]: None for row in docking_history(work, code)})
