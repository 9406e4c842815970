"""What is done with the campaign and its units: both are taken from the plan, officers are named."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from services.registration.domain.belonging_refusals import UnknownStaff
from services.registration.domain.campaign import Campaign
from services.registration.domain.unit import POSTS, Unit
from services.registration.units import queries
from services.registration.units.queries import Officers
from shared.kit.eventstore import among
from shared.town.mirrors.staff import staff_versions
from shared.town.work import Work


class OfficersNow(Officers):
    """The logins named for a unit, and since when; `told`: whether this was news."""

    unit: str
    since: date | None
    told: bool


def open_campaign(work: Work) -> None:
    """Store what the campaign file says and is not stored yet (R01, R02, R15, R16)."""
    plan = work.campaign
    changed: list[Campaign | Unit] = []
    if work.find(Campaign, Campaign.create_id()) is None:
        opened = Campaign(
            name_zh=plan.name_zh,
            name_en=plan.name_en,
            start=plan.start,
            end=plan.end,
            first_dose_cutoff=plan.first_dose_cutoff,
            population=plan.population,
            head_count_target=plan.head_count_target,
            coverage_target=plan.coverage_target,
        )
        changed.append(opened)
    for each in plan.units:
        unit = work.find(Unit, Unit.create_id(each.code))
        if unit is None:
            unit = Unit(unit=each.code, kind=each.kind, name_zh=each.name_zh, name_en=each.name_en)
            # Once: where a unit goes later is the office's decision, not the file's.
            unit.dock(each.site, plan.start)
        unit.set_target(each.target)
        changed.append(unit)
    work.save(*changed)


def name_officers(
    work: Work, code: str, *, since: date | None = None, **named: str | None
) -> OfficersNow:
    """Name who stands for a unit from a day on; a post left out is vacant (R14).

    Raises `UnknownUnit`, `UnknownStaff`, `NamedLater`.
    """
    unit = queries.stored_unit(work, code)
    officers = {post: named.get(post) for post in POSTS}
    logins = {login for login in officers.values() if login}
    at = staff_versions.c.login
    known = {row["login"] for row in work.rows(select(at).where(among(at, sorted(logins))))}
    if unknown := sorted(logins - known):
        raise UnknownStaff(logins=unknown)
    told = unit.name_officers(since=since or work.today(), **officers)
    work.save(unit)
    return OfficersNow(**unit.officers, unit=code, since=unit.named, told=told)
