"""The live board of a site over HTTP."""

from __future__ import annotations

from services.appointments.onsite import queries
from services.appointments.permissions import SITE_TEAM
from services.appointments.sessions.queries import closed_by, planned_site
from shared.kit.web.endpoints import Endpoints
from shared.town.mirrors.residents import names_of
from shared.town.web.web import Web

endpoints = Endpoints()


@endpoints.page("/now", allow=SITE_TEAM)
def now_page(web: Web) -> str:
    """Show who is where just now, how fast it goes, and who may leave when."""
    work, today = web.work, web.work.today()
    hours, forecast, doses = queries.pace(work, today)
    observed = queries.observed(work, today)
    site = planned_site(work)
    return web.render(
        "now.html",
        today=today,
        closed=closed_by(work, today),
        stages=queries.stages(work, today),
        hours=hours,
        forecast=forecast,
        doses=doses,
        floor=site.daily_floor,
        closes=site.hours[-1].closes,
        observed=observed,
        names=names_of(work, [each.row for each in observed if each.row["identity"] is not None]),
        seats=site.observation_seats,
        seats_needed=queries.seats_needed(work),
        desks=queries.desks(work, today),
    )
