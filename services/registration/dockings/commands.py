"""What is done with dockings: a unit changes its site, and bookings follow; nobody is lost (R15)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import TypedDict
from uuid import UUID

from services.registration.dockings import begun, dispatch, queries
from services.registration.dockings.views import BEGUN
from services.registration.domain.belonging_refusals import NothingToMove
from services.registration.domain.resident import Resident
from services.registration.domain.unit import Given, Unit
from services.registration.units import queries as units
from shared.town.work import Work

KEPT_AT_ONCE = 500
"""So many courses are told in one event."""


class Docked(TypedDict):
    """The docking as it was told; `told`: whether this was news."""

    unit: str
    site: str
    since: date
    told: bool


class AllDocked(TypedDict):
    """The units to which this was news."""

    site: str
    since: date
    units: list[str]


class MoveOrdered(TypedDict):
    """Which sites were told to give back, and how many courses not begun are known there."""

    unit: str
    to_site: str
    from_day: date
    ordered: list[str]
    people: int


class AskedAgain(TypedDict):
    """How many people the site was asked to book again."""

    unit: str
    asked: int


def dock(work: Work, code: str, site: str, since: date) -> Docked:
    """Let a unit's people go to a site from a day on (R15); bookings stay where they are.

    Raises `UnknownUnit`, `UnknownSite`, `DockingPast`.
    """
    unit = units.stored_unit(work, code)
    queries.must_be_possible(work, site, since)
    told = unit.dock(site, since)
    if told:
        _tell_what_goes_on(work, unit, site)
    work.save(unit)
    return {"unit": code, "site": site, "since": since, "told": told}


def dock_all(work: Work, codes: Sequence[str], site: str, since: date) -> AllDocked:
    """Let several units' people go to a site from a day on, all of them or none. Raises as `dock`."""
    told = [docked["unit"] for code in codes if (docked := dock(work, code, site, since))["told"]]
    return {"site": site, "since": since, "units": told}


def move_bookings(work: Work, code: str, from_day: date | None = None) -> MoveOrdered:
    """Order that courses not begun go to the site the unit is docked to (R15).

    From the day of the newest docking on, if no later one is given, and not before today.
    Raises `UnknownUnit`, `NothingToMove`.
    """
    unit = units.stored_unit(work, code)
    newest = max(unit.dockings, default=work.today())
    day = max(from_day or newest, work.today())
    to_site = unit.site_on(day)
    assert to_site is not None, "a listed unit is docked"
    begin_at = Counter[str]()
    for row in queries.moving(work, code, to_site, day):
        begin_at[row["site"]] += row["bookings"] if row["dose"] == 1 else 0
    others = sorted({*unit.dockings.values(), *begin_at} - {to_site})
    if not others:
        plan = work.campaign
        raise NothingToMove(unit=plan.unit(code), site=plan.site(to_site), day=day)
    ordered = [
        site for site in others if unit.order_move(site, to_site, day, booked=begin_at[site])
    ]
    work.save(unit)
    return {
        "unit": code,
        "to_site": to_site,
        "from_day": day,
        "ordered": ordered,
        "people": begin_at.total(),
    }


def ask_again(work: Work, code: str) -> AskedAgain:
    """Ask the unit's site again to book everybody who has to be booked again."""
    unit = units.stored_unit(work, code)
    asked = list[Resident]()
    for row in queries.to_be_booked_again(work, code):
        day = max(date.fromisoformat(row["day"]), work.today())
        resident = UUID(row["resident"])
        site = dispatch.site_of(work, resident, unit, day)
        if site is not None:
            person = work.get(Resident, resident)
            person.ask_rebooking(site, day)
            asked.append(person)
    work.save(*asked)
    return {"unit": code, "asked": len(asked)}


def _tell_what_goes_on(work: Work, unit: Unit, to_site: str) -> None:
    """Tell the unit's new site whose courses have begun elsewhere, in events of bounded size."""
    for site, given in begun.begun_elsewhere(work, unit.unit, to_site).items():
        for first in range(0, len(given), KEPT_AT_ONCE):
            unit.keep_courses(site, given[first : first + KEPT_AT_ONCE])


# What a site's events ask for


def keep_at(work: Work, resident: UUID, first: Given, site: str) -> None:
    """Tell the other sites of somebody's unit that the course has begun at this one (R04)."""
    sent = dispatch.host(work, resident).number > 0
    if not sent and not begun.has_several_sites(work, resident):
        return
    person = work.get(Resident, resident)
    unit = units.stored_unit(work, person.unit)
    unit.keep_courses(site, [first])
    work.save(unit)


def ask_rebooking(work: Work, resident: UUID, unit_code: str, day: date) -> None:
    """Ask the site the resident belongs to on a day to book them from then on."""
    person = work.find(Resident, resident)
    unit = work.find(Unit, Unit.create_id(person.unit if person else unit_code))
    site = dispatch.site_of(work, resident, unit, day) if person and unit else None
    if person is None or site is None:
        return
    person.ask_rebooking(site, max(day, work.today()))
    work.save(person)


def keep_one(work: Work, resident: UUID, site: str, day: date) -> None:
    """Let one of two sites end its course, when a first dose is booked or given at both.

    A course begun stays; of two not begun, the one at the site that the person was sent to, or the
    unit is docked to on the day of the newer booking; else the older one.
    """
    others = queries.first_doses_elsewhere(work, resident, site)
    if not others:
        return
    person = work.get(Resident, resident)
    unit = units.stored_unit(work, person.unit)
    here = queries.status_at(work, resident, site)
    for other in others:
        begun_here, begun_there = here in BEGUN, other["status"] in BEGUN
        if begun_here and begun_there:
            continue  # two doses are given: people decide, see the resident's history
        docked_here = dispatch.site_of(work, resident, unit, day) == site
        stays_here = begun_here or (docked_here and not begun_there)
        ends, kept = (other["site"], site) if stays_here else (site, other["site"])
        person.end_one(site=ends, kept_at=kept)
    work.save(person)
