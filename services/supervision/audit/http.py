"""The audit over HTTP."""

from __future__ import annotations

from services.supervision.audit import queries
from shared.kit.formats import only
from shared.kit.web.endpoints import Endpoints
from shared.town.access import to
from shared.town.access.roles import OFFICE, OVERSIGHT
from shared.town.web.web import Web

WEEKS = to(*OVERSIGHT, OFFICE)

endpoints = Endpoints()


@endpoints.query("/api/audit", allow=WEEKS)
def audit(web: Web) -> queries.Audit:
    """Every published report against its replay; chain; gaps."""
    found = queries.audit(web.work)
    return {**found, "weeks": [only(queries.Verdict, each) for each in found["weeks"]]}


@endpoints.page("/audit", allow=WEEKS)
def audit_page(web: Web) -> str:
    """Show the audit, week by week."""
    return web.render("audit.html", audit=queries.audit(web.work))
