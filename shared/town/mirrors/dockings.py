"""Mirror of dockings: to which site a unit's people go, from which day on (R15)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import Column, Connection, MetaData, String, Table, bindparam, select

from shared.kit.contracts import Event
from shared.kit.eventstore import Prepared, Views
from shared.town.work import Work

tables = MetaData()
dockings = Table(
    "dockings",
    tables,
    Column("unit", String, primary_key=True),
    Column("since", String, primary_key=True),
    Column("site", String, nullable=False),
)
views = Views(tables)

Docking = tuple[date, str]
"""From which day on a unit is docked to which site."""

Stay = tuple[date, date | None]
"""First and last day; None: until it is said otherwise."""

_TOLD = Prepared(
    select(dockings.c.since, dockings.c.site)
    .where(dockings.c.unit == bindparam("unit"))
    .order_by(dockings.c.since)
)


@views.on("UnitDocked")
def _docked(connection: Connection, event: Event) -> None:
    at, data = dockings.c, event.data
    same_day = (at.unit == data["unit"]) & (at.since == data["since"])
    connection.execute(dockings.delete().where(same_day))
    connection.execute(dockings.insert(), data)


def told_of(work: Work, unit: str) -> list[Docking]:
    """Return all dockings of a unit in order."""
    return [(date.fromisoformat(row["since"]), row["site"]) for row in work.rows(_TOLD, unit=unit)]


def site_on(told: Sequence[Docking], day: date) -> str | None:
    """Return the site of a day: the latest that has begun; before the first begins, that one's."""
    begun = [site for since, site in told if since <= day]
    return begun[-1] if begun else next((site for _, site in told), None)


def stays_at(site: str, told: Sequence[Docking]) -> list[Stay]:
    """Return the days on which a unit is docked to a site.

    Before the first docking begins, it is that one's.
    """
    stays = list[Stay]()
    for n, (since, where) in enumerate(told):
        last = told[n + 1][0] - timedelta(days=1) if n + 1 < len(told) else None
        if where == site:
            stays.append((since if n else date.min, last))
    return stays


def sites_of(work: Work, unit: str) -> tuple[str, ...]:
    """Return the sites a unit is, was or will be docked to: courses go on where they began."""
    told = tuple({site: None for _, site in told_of(work, unit)})
    return told or tuple(each.site for each in work.campaign.units if each.code == unit)


def units_at(work: Work, site: str) -> tuple[str, ...]:
    """Return the units that are, were or will be docked to a site."""
    at = dockings.c
    told = work.rows(select(at.unit).where(at.site == site).distinct().order_by(at.unit))
    known = {row["unit"] for row in work.rows(select(at.unit).distinct())}
    silent = {each.code for each in work.campaign.units if each.site == site} - known
    return (*(row["unit"] for row in told), *sorted(silent))
