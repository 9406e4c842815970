"""Tallies over HTTP: units and cohorts with their counts (R02, R20)."""

from __future__ import annotations

from services.registration.permissions import ANYBODY
from services.registration.residents.schemas import OfUnit
from services.registration.tallies import queries
from shared.kit.web.endpoints import Endpoints
from shared.town.web.web import Web

endpoints = Endpoints()


@endpoints.query("/api/units", allow=ANYBODY)
def units(web: Web) -> queries.CountedUnits:
    """All units with their counts."""
    return {"units": queries.counted_units(web.work)}


@endpoints.query("/api/cohorts", allow=ANYBODY, params=OfUnit)
def cohorts(web: Web, unit: str | None) -> queries.Cohorts:
    """How far every cohort is, of the town or of a unit."""
    work = web.work
    counted = [queries.counted_unit(work, unit)] if unit else queries.counted_units(work)
    people = sum(each["registered"] for each in counted)
    return {"cohorts": queries.cohorts(work, unit), "people": people}
