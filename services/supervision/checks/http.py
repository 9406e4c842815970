"""The first page: what does not add up, and who is behind."""

from __future__ import annotations

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from services.supervision.checks import queries, words
from services.supervision.checks.schemas import HomePage
from services.supervision.ledger import chain
from services.supervision.ledger import queries as ledger
from services.supervision.staff.telling import telling
from shared.kit import disowned
from shared.kit.web.endpoints import Endpoints
from shared.town.access import to
from shared.town.access.roles import ADMINISTRATOR, OFFICE, OVERSIGHT
from shared.town.campaign import last_week
from shared.town.web.web import Web

MOST_BEHIND = 10
"""Units that are shown at once; the others are a click away."""

endpoints = Endpoints()


@endpoints.page("/", allow=to(*OVERSIGHT, OFFICE, ADMINISTRATOR), params=HomePage)
def home(web: Web, before: int | None, stay: bool) -> str | Response:
    """Show what does not add up, units that are behind, the sites' stocks, and what is held."""
    if not (stay or before) and web.way_on != "/":
        return redirect(web.way_on, 303)
    work, at = web.work, {part.source: part.address for part in web.deployment.parts}
    return web.render(
        "attention.html",
        sources=ledger.sources(work),
        anomalies=queries.anomalies(work, before),
        settled=queries.settled_days(work),
        before=before,
        disowned=disowned.found(work),
        checkpoint=chain.last_checkpoint(work),
        units=queries.units(work),
        most=MOST_BEHIND,
        stocks=queries.stocks(work),
        week=last_week(work.campaign.start, work.campaign.end, work.today()),
        at=at,
        telling=telling(web),
        words=words,
    )
