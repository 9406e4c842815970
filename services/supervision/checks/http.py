"""The first page: what does not add up, and who is behind."""

from __future__ import annotations

from datetime import timedelta

from services.supervision.checks import queries, words
from services.supervision.checks.schemas import HomePage
from services.supervision.ledger import chain
from services.supervision.ledger import queries as ledger
from services.supervision.staff.telling import telling
from shared.kit import disowned
from shared.kit.web.endpoints import Endpoints
from shared.town.access import to
from shared.town.access.roles import ADMINISTRATOR, OFFICE, OVERSIGHT
from shared.town.campaign import week_of, weeks_between
from shared.town.web.web import Web
from shared.town.work import Work

MOST_BEHIND = 10
"""Units that are shown at once; the others are a click away."""

endpoints = Endpoints()


@endpoints.page("/", allow=to(*OVERSIGHT, OFFICE, ADMINISTRATOR), params=HomePage)
def home(web: Web, before: int | None) -> str:
    """Show what does not add up, which units are behind, the sites' stocks, and what is held."""
    work, at = web.work, {part.source: part.address for part in web.deployment.parts}
    return web.render(
        "attention.html",
        sources=ledger.sources(work),
        anomalies=queries.anomalies(work, before),
        before=before,
        disowned=disowned.found(work),
        checkpoint=chain.last_checkpoint(work),
        units=queries.units(work),
        most=MOST_BEHIND,
        stocks=queries.stocks(work),
        week=_last_week(work),
        at=at,
        telling=telling(web),
        words=words,
    )


def _last_week(work: Work) -> str | None:
    """Return the week that ended last, None if the campaign has not gone on for one."""
    week, campaign = week_of(work.today() - timedelta(7)), work.campaign
    return week if week in weeks_between(campaign.start, campaign.end) else None
