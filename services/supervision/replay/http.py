"""Histories and weeks over HTTP."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from services.supervision.replay import queries
from services.supervision.replay.schemas import AsOf, Opening, WeekWanted
from shared.kit.web.endpoints import Body, Endpoints
from shared.town import request_context
from shared.town.access import to
from shared.town.access.roles import OFFICE, OVERSIGHT
from shared.town.web.finding import Wanted, address_found
from shared.town.web.web import Web

READERS = to(*OVERSIGHT)

endpoints = Endpoints()


@endpoints.query("/api/residents/<uuid:resident>/history", allow=READERS, params=AsOf)
def resident_history(web: Web, resident: UUID, as_of: date | None) -> queries.ResidentHistory:
    """Everything recorded about a resident as of a day."""
    return queries.resident_history(web.work, resident, as_of)


@endpoints.query("/api/units/<unit>/history", allow=READERS, params=AsOf)
def unit_history(web: Web, unit: str, as_of: date | None) -> queries.UnitHistory:
    """Everything recorded about a unit as of a day."""
    return queries.unit_history(web.work, unit, as_of)


@endpoints.query("/api/replay", allow=to(*OVERSIGHT, OFFICE), params=WeekWanted)
def replay(web: Web, week: str) -> queries.Week:
    """A week's figures from the ledger alone."""
    return queries.week(web.work, week)


@endpoints.action("/find", allow=READERS, body=Wanted)
def find(web: Web, body: Body) -> Response:
    """The history of a resident by id, or of a unit by its code."""
    return redirect(address_found(body["q"], web.work.campaign, "/units/"), 303)


@endpoints.page("/residents/<uuid:resident>", allow=READERS, params=AsOf)
def resident_page(web: Web, resident: UUID, as_of: date | None) -> str:
    """Show a resident's history as of a day."""
    found = queries.resident_history(web.work, resident, as_of)
    return web.render("history.html", title=str(resident), found=found, as_of=as_of)


@endpoints.page("/units/<unit>", allow=READERS, params=AsOf)
def unit_page(web: Web, unit: str, as_of: date | None) -> str:
    """Show a unit's history as of a day."""
    found = queries.unit_history(web.work, unit, as_of)
    title = web.work.campaign.unit(unit).name_zh
    return web.render("history.html", title=title, found=found, as_of=as_of)


@endpoints.action("/residents/<uuid:resident>/identity", allow=READERS, body=Opening)
def open_identity(web: Web, body: Body, resident: UUID) -> str:
    """Open an identity for a stated reason; the look is recorded with it."""
    if (asked := request_context.current()) is not None:
        asked.reason = body["reason"]
    identity = queries.open_identity(web.work, resident)
    return web.render("identity.html", resident=resident, identity=identity, reason=body["reason"])
