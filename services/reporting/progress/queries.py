"""How the campaign stands now, against its targets and daily floors (R02, R03)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TypedDict

from sqlalchemy import select

from services.reporting.progress.figures import Given, Totals, days, totals
from services.reporting.progress.views import against
from shared.town.campaign import week_of
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
    """Doses left, doses a day of late, and the day on which all are given at that rate."""

    doses_left: int
    per_day: float
    finish: date | None


class Progress(TypedDict):
    """The campaign today; `positions` are how far the sources' histories are followed."""

    as_of: date
    positions: dict[str, int]
    figures: Totals
    target: Target
    screening: dict[str, int]
    days: list[AgainstFloor]
    forecast: Forecast


def progress(work: Work) -> Progress:
    """Return how the campaign stands today."""
    campaign, today = work.campaign, work.today()
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
    left = max(0, 2 * work.campaign.head_count_target - town["first"] - town["second"])
    per_day = lately / FORECAST_DAYS
    finish = today + timedelta(days=round(left / per_day)) if per_day else None
    return {"doses_left": left, "per_day": round(per_day, 1), "finish": finish}
