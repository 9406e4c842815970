"""Histories and weeks over HTTP."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from services.supervision.replay import queries
from services.supervision.replay.schemas import AsOf, Opening, WeekWanted
from shared.kit.web.endpoints import Answer, Body, Endpoints
from shared.town import request_context
from shared.town.access import to
from shared.town.access.roles import OFFICE, OVERSIGHT
from shared.town.web.finding import Wanted, address_found
from shared.town.web.web import Web

READERS = to(*OVERSIGHT)

endpoints = Endpoints()


@endpoints.query(
    "/api/residents/<uuid:resident>/history",
    allow=READERS,
    params=AsOf,
    summary="Everything recorded about a resident as of a day",
)
def resident_history(web: Web, resident: UUID, as_of: date | None) -> Answer:
    """Return a resident's history."""
    return queries.resident_history(web.work, resident, as_of)


@endpoints.query(
    "/api/units/<unit>/history",
    allow=READERS,
    params=AsOf,
    summary="Everything recorded about a unit as of a day",
)
def unit_history(web: Web, unit: str, as_of: date | None) -> Answer:
    """Return a unit's history."""
    return queries.unit_history(web.work, unit, as_of)


@endpoints.query(
    "/api/replay",
    allow=to(*OVERSIGHT, OFFICE),
    params=WeekWanted,
    summary="A week's figures from the ledger alone",
)
def replay(web: Web, week: str) -> Answer:
    """Replay a week."""
    return queries.week(web.work, week)


@endpoints.action(
    "/find",
    allow=READERS,
    body=Wanted,
    summary="The history of a resident by id, or of a unit by its code",
)
def find(web: Web, body: Body) -> Response:
    """Go to the history that was looked for."""
    return redirect(address_found(body["q"], web.work.campaign, "/units/"), 303)


@endpoints.page(
    "/residents/<uuid:resident>", allow=READERS, params=AsOf, summary="A resident's history"
)
def resident_page(web: Web, resident: UUID, as_of: date | None) -> str:
    """Show a resident's history as of a day."""
    found = queries.resident_history(web.work, resident, as_of)
    return web.render("history.html", title=str(resident), found=found, as_of=as_of)


@endpoints.page("/units/<unit>", allow=READERS, params=AsOf, summary="A unit's history")
def unit_page(web: Web, unit: str, as_of: date | None) -> str:
    """Show a unit's history as of a day."""
    found = queries.unit_history(web.work, unit, as_of)
    title = web.work.campaign.unit(unit).name_zh
    return web.render("history.html", title=title, found=found, as_of=as_of)


@endpoints.action(
    "/residents/<uuid:resident>/identity",
    allow=READERS,
    body=Opening,
    summary="Open an identity for a stated reason; the look is recorded with it",
)
def open_identity(web: Web, body: Body, resident: UUID) -> str:
    """Show who a resident is, once."""
    if (asked := request_context.current()) is not None:
        asked.reason = body["reason"]
    identity = queries.open_identity(web.work, resident)
    return web.render("identity.html", resident=resident, identity=identity, reason=body["reason"])
