"""The town's progress over HTTP."""

from __future__ import annotations

from werkzeug.wrappers import Response

from services.reporting.progress import charts
from services.reporting.progress.queries import Progress, groups, progress
from shared.kit.eventstore.remembered import remembered
from shared.kit.language import Text
from shared.kit.web.endpoints import Endpoints
from shared.town.access import to
from shared.town.access.roles import CAMPAIGN
from shared.town.campaign import last_week
from shared.town.web.charts import Width, picture
from shared.town.web.web import Web

endpoints = Endpoints()


@endpoints.query("/api/progress", allow=to(*CAMPAIGN))
def now(web: Web) -> Progress:
    """How the campaign stands against its targets."""
    return _counted(web)


@endpoints.page("/", allow=to(*CAMPAIGN))
def home(web: Web) -> str:
    """Show progress, floors, forecast and units."""
    campaign, found = web.work.campaign, _counted(web)
    weeks = charts.so_far(campaign, found["days"], found["as_of"])
    return web.render(
        "progress.html",
        progress=found,
        weeks=weeks,
        in_words=charts.in_words(weeks[-1]) if weeks else "",
        groups=groups(web.work, found["figures"]),
        last_week=last_week(campaign.start, campaign.end, found["as_of"]),
        today={row["site"]: row for row in found["days"] if row["day"] == found["as_of"]},
        days_left=max(0, (campaign.end - found["as_of"]).days),
    )


@endpoints.page("/doses.svg", allow=to(*CAMPAIGN), params=Width)
def doses_chart(web: Web, narrow: bool) -> Response:
    """Draw both doses from day to day, against the plan."""
    chart = charts.doses(web.work.campaign, _counted(web))
    what = Text("累计接种与计划", "doses and plan")
    return picture(chart, what, web.work.today(), narrow=narrow)


@endpoints.page("/units.svg", allow=to(*CAMPAIGN), params=Width)
def units_chart(web: Web, narrow: bool) -> Response:
    """Draw every unit against its target."""
    chart = charts.units(web.work.campaign, _counted(web)["figures"]["units"])
    what = Text("各单位全程接种", "units completed")
    return picture(chart, what, web.work.today(), narrow=narrow)


def _counted(web: Web) -> Progress:
    """The progress, counted once for page and pictures."""
    return remembered(web.work, progress, web.work.today())
