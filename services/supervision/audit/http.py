"""The audit over HTTP."""

from __future__ import annotations

from typing import cast

from services.supervision.audit import queries
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
    keys = ("week", "complete", "agrees", "differences")
    weeks = [cast("queries.Verdict", {key: each[key] for key in keys}) for each in found["weeks"]]
    return {**found, "weeks": weeks}


@endpoints.page("/audit", allow=WEEKS)
def audit_page(web: Web) -> str:
    """Show the audit, week by week."""
    return web.render("audit.html", audit=queries.audit(web.work))
