"""The audit over HTTP."""

from __future__ import annotations

from services.supervision.audit import queries
from shared.kit.web.endpoints import Answer, Endpoints
from shared.town.access import to
from shared.town.access.roles import OFFICE, OVERSIGHT
from shared.town.web.web import Web

WEEKS = to(*OVERSIGHT, OFFICE)

endpoints = Endpoints()


@endpoints.query("/api/audit", allow=WEEKS)
def audit(web: Web) -> Answer:
    """Every published report against its replay; chain; gaps."""
    found = queries.audit(web.work)
    keys = ("week", "complete", "agrees", "differences")
    return {**found, "weeks": [{key: week[key] for key in keys} for week in found["weeks"]]}


@endpoints.page("/audit", allow=WEEKS)
def audit_page(web: Web) -> str:
    """Show the audit, week by week."""
    return web.render("audit.html", audit=queries.audit(web.work))
