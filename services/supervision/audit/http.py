"""The audit over HTTP."""

from __future__ import annotations

from services.supervision.audit import queries
from services.supervision.ledger import chain
from services.supervision.ledger import queries as ledger
from services.supervision.long_queries.commands import Asked, ask
from services.supervision.long_queries.queries import shown
from services.supervision.long_queries.runner import answered
from services.supervision.replay import words
from services.supervision.staff.telling import telling
from shared.kit.formats import only
from shared.kit.web.endpoints import Endpoints
from shared.town.access import to
from shared.town.access.roles import OFFICE, OVERSIGHT
from shared.town.web.web import Web

WEEKS = to(*OVERSIGHT, OFFICE)

endpoints = Endpoints()


@endpoints.query("/api/audit", allow=WEEKS)
def audit(web: Web) -> queries.Audit:
    """Every published report against its replay; chain; gaps. Made when asked, which takes a while."""
    found: queries.FullAudit = answered(web, "audit")
    return {**found, "weeks": [only(queries.Verdict, each) for each in found["weeks"]]}


@endpoints.command("/api/audits", allow=WEEKS)
def begin(web: Web) -> Asked:
    """Begin an audit; `/api/long-queries/<id>` tells how far it is."""
    return ask(web.work, "audit")


@endpoints.page("/audit", allow=WEEKS)
def audit_page(web: Web) -> str:
    """Show the last audit, week by week, how far the next is, and the check code kept last."""
    last = shown(web.work, "audit")
    return web.render(
        "audit.html",
        last=last,
        audit=last.answer,
        head=ledger.head(web.work),
        checkpoint=chain.last_checkpoint(web.work),
        telling=telling(web),
        words=words,
    )
