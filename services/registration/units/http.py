"""The campaign and its units over HTTP: goals, officers, sites of a day (R14, R15)."""

from __future__ import annotations

from datetime import date

from services.registration.permissions import ANYBODY, OFFICE_ONLY, UNIT_OR_OVERSIGHT
from services.registration.units import commands, queries, schemas
from shared.kit.language import Text
from shared.kit.web.done import if_new
from shared.kit.web.endpoints import Body, Endpoints
from shared.town.web.web import Web

endpoints = Endpoints()


@endpoints.query("/api/campaign", allow=ANYBODY)
def campaign(web: Web) -> queries.Campaign:
    """The campaign's goal and dates."""
    return queries.opened_campaign(web.work)


@endpoints.command(
    "/api/units/<unit>/officers",
    allow=OFFICE_ONLY,
    body=schemas.Officers,
    tells=if_new(Text("指定已登记。", "The officers are recorded.")),
)
def name_officers(web: Web, body: Body, unit: str) -> commands.OfficersNow:
    """Name a unit's chief, clerk and contact leader, as logins."""
    return commands.name_officers(web.work, unit, **body)


@endpoints.query("/api/units/<unit>/officers", allow=UNIT_OR_OVERSIGHT)
def officers(web: Web, unit: str) -> queries.OfficersHistory:
    """Who was named for a unit, the newest first."""
    queries.unit(web.work, unit)
    return {"history": queries.officers_history(web.work, unit)}


@endpoints.query("/api/units/<unit>/dockings", allow=UNIT_OR_OVERSIGHT, params=schemas.OnDay)
def dockings(web: Web, unit: str, day: date | None) -> queries.DockingHistory:
    """A unit's dockings, and its site on a day."""
    day = day or web.work.today()
    site = queries.stored_unit(web.work, unit).site_on(day)
    history = queries.docking_history(web.work, unit)
    return {"unit": unit, "day": day, "site": site, "history": history}
