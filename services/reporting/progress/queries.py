"""How the campaign stands now, against its targets and daily floors (R02, R03)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple, TypedDict

from sqlalchemy import select

from services.reporting.progress.figures import Given, Totals, days, of_units, totals
from services.reporting.progress.views import against
from shared.town.campaign import Standing, days_of, standings, week_of
from shared.town.campaign.lagging import DOSES_EACH
from shared.town.work import Work

FORECAST_DAYS = 7


class AgainstFloor(Given):
    """A site's day, against the least it has to give."""

    site: str
    day: date
    floor: int
    floor_met: bool


class Target(TypedDict):
    """What the campaign is to reach: `coverage` is a share of the population."""

    head_count: int
    coverage: float
    population: int


class Forecast(TypedDict):
    """Doses left, doses a day of late, and the day on which all are given at that rate.

    `in_time`: that is before the campaign ends.
    """

    doses_left: int
    per_day: float
    finish: date | None
    in_time: bool


class UnitRow(NamedTuple):
    """How a unit stands, and its week: doses planned and given."""

    standing: Standing
    registered: int
    consented: int
    planned: int
    done: int


class Progress(TypedDict):
    """The campaign today; `positions` are how far the sources' histories are followed."""

    as_of: date
    positions: dict[str, int]
    figures: Totals
    target: Target
    screening: dict[str, int]
    days: list[AgainstFloor]
    forecast: Forecast


def progress(work: Work, today: date) -> Progress:
    """Return how the campaign stands on the day that it is."""
    campaign = work.campaign
    so_far = totals(work, today, week_of(today))
    floors = {site.code: site.daily_floor for site in campaign.sites}
    return {
        "as_of": today,
        "positions": positions(work),
        "figures": so_far,
        "target": {
            "head_count": campaign.head_count_target,
            "coverage": campaign.coverage_target,
            "population": campaign.population,
        },
        "screening": _against_a_dose(work),
        "days": [
            {
                **row,
                "floor": (floor := floors.get(row["site"], 0)),
                "floor_met": row["first"] + row["second"] >= floor,
            }
            for row in days(work, campaign.start, today)
        ],
        "forecast": _forecast(work, so_far["town"], today),
    }


def groups(work: Work, so_far: Totals) -> dict[str, list[UnitRow]]:
    """Return the units of each kind, those furthest behind first."""
    found: dict[str, list[UnitRow]] = {unit.kind: [] for unit in work.campaign.units}
    rows = {row["unit"]: row for row in so_far["units"]}
    first, *_, last = days_of(week_of(work.today()))
    done = of_units(work, first, last)
    given = {unit: (row["first"], row["second"]) for unit, row in rows.items()}
    for each in standings(work.campaign.units, given):
        row = rows[code := each.unit.code]
        counted = row["registered"], row["consented"], row["planned"]
        found[each.unit.kind].append(UnitRow(each, *counted, done.get(code, 0)))
    return found


def positions(work: Work) -> dict[str, int]:
    """Return how far the figures' sources are followed, by the names of their histories.

    Supervision's is none: accounts of staff count nobody.
    """
    followed = work.store.positions()
    counted = ((source, followed[source]) for source in sorted(followed) if source != "supervision")
    return {work.store.histories(source).name(at): at for source, at in counted}


def _against_a_dose(work: Work) -> dict[str, int]:
    """Return how many people a finding speaks against, by what stands."""
    rows = work.rows(select(against).order_by(against.c.status))
    return {row["status"]: row["number"] for row in rows}


def _forecast(work: Work, town: Given, today: date) -> Forecast:
    since = today - timedelta(days=FORECAST_DAYS - 1)
    lately = sum(row["first"] + row["second"] for row in days(work, since, today))
    left = max(0, DOSES_EACH * work.campaign.head_count_target - town["first"] - town["second"])
    per_day = lately / FORECAST_DAYS
    finish = None
    if per_day and (wanted := round(left / per_day)) <= (date.max - today).days:
        finish = today + timedelta(days=wanted)
    return {
        "doses_left": left,
        "per_day": round(per_day, 1),
        "finish": finish,
        "in_time": not left or (finish is not None and finish <= work.campaign.end),
    }
