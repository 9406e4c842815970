"""Chart of a week: each site's doses from day to day, against its daily floor."""

from __future__ import annotations

from services.reporting.progress.figures import OfDay
from shared.kit.charts.shapes import Columns
from shared.kit.dates import weekday_text
from shared.town.campaign import Campaign, days_of


def doses(campaign: Campaign, week: str, days: list[OfDay]) -> Columns:
    """Doses of a week by site and day."""
    given = {(row["site"], str(row["day"])): row["first"] + row["second"] for row in days}
    return {
        "form": "columns",
        "panels": [
            {
                "name": str(site),
                "level": site.daily_floor,
                "columns": [
                    (weekday_text(day), given.get((site.code, str(day)), 0), None)
                    for day in days_of(week)
                ],
            }
            for site in campaign.sites
        ],
    }
