"""The first page: what is held, and what does not add up."""

from __future__ import annotations

from services.supervision.checks import queries, words
from services.supervision.checks.schemas import HomePage
from services.supervision.ledger import chain
from services.supervision.ledger import queries as ledger
from services.supervision.staff.telling import telling
from shared.kit import disowned
from shared.kit.web.endpoints import Endpoints
from shared.town.access import to
from shared.town.access.roles import ADMINISTRATOR, OFFICE, OVERSIGHT
from shared.town.web.web import Web

endpoints = Endpoints()


@endpoints.page("/", allow=to(*OVERSIGHT, OFFICE, ADMINISTRATOR), params=HomePage)
def home(web: Web, before: int | None, done: str | None) -> str:
    """Show sources and anomalies."""
    return web.render(
        "ledger.html",
        head=ledger.head(web.work),
        sources=ledger.sources(web.work),
        anomalies=queries.anomalies(web.work, before),
        before=before,
        disowned=disowned.found(web.work),
        checkpoint=chain.last_checkpoint(web.work),
        telling=telling(web),
        words=words,
        done=done,
    )
