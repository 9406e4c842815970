"""The town's progress over HTTP."""

from __future__ import annotations

from services.reporting.progress.charts import daily_chart
from services.reporting.progress.queries import Progress, groups, progress
from shared.kit.web.endpoints import Endpoints
from shared.town.access import to
from shared.town.access.roles import CAMPAIGN
from shared.town.campaign import last_week
from shared.town.web.web import Web

endpoints = Endpoints()


@endpoints.query("/api/progress", allow=to(*CAMPAIGN))
def now(web: Web) -> Progress:
    """How the campaign stands against its targets."""
    return progress(web.work)


@endpoints.page("/", allow=to(*CAMPAIGN))
def home(web: Web) -> str:
    """Show progress, floors, forecast and units."""
    campaign, found = web.work.campaign, progress(web.work)
    floor = sum(site.daily_floor for site in campaign.sites)
    return web.render(
        "progress.html",
        progress=found,
        chart=daily_chart(found["days"], campaign.sites, floor, campaign.start, campaign.end),
        groups=groups(web.work, found["figures"]),
        last_week=last_week(campaign.start, campaign.end, found["as_of"]),
        today={row["site"]: row for row in found["days"] if row["day"] == found["as_of"]},
        days_left=max(0, (campaign.end - found["as_of"]).days),
    )
