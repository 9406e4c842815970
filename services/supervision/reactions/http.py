"""Reactions of all sites over HTTP: whose time runs out, and clusters."""

from __future__ import annotations

from services.supervision.reactions import queries
from shared.kit.web.endpoints import Endpoints
from shared.town.access import to
from shared.town.access.roles import OFFICE, OVERSIGHT
from shared.town.web.web import Web

READERS = to(*OVERSIGHT, OFFICE)

endpoints = Endpoints()


@endpoints.query("/api/reactions", allow=READERS)
def reactions(web: Web) -> queries.Reactions:
    """The reactions of all sites, what is to be reported up first on top, and clusters."""
    return {"reactions": queries.running(web.work), "clusters": queries.suspected(web.work)}


@endpoints.page("/reactions", allow=READERS)
def reactions_page(web: Web) -> str:
    """Show clusters, then every reaction with its clock; no names stand here."""
    return web.render(
        "reactions.html",
        rows=queries.running(web.work),
        clusters=queries.suspected(web.work),
        at={part.source: part.address for part in web.deployment.parts},
    )
