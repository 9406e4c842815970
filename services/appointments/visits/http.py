"""Visits over HTTP."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.appointments.permissions import SITE_TEAM, STAFF, VISIT
from services.appointments.visits import commands, queries, schemas
from shared.kit.web.endpoints import Answer, Body, Endpoints
from shared.town.web.schemas import OnDay, day_of
from shared.town.web.web import Web

endpoints = Endpoints()


@endpoints.query("/api/appointments", allow=SITE_TEAM, params=OnDay, summary="A day's appointments")
def appointments(web: Web, day: date | None, done: str | None) -> Answer:
    """List a day's appointments."""
    del done
    keys = ("resident", "unit", "dose", "day", "time", "product", "status")
    rows = queries.day_list(web.work, day or web.work.today())
    return {"appointments": [{key: row[key] for key in keys} for row in rows]}


@endpoints.command(
    "/api/residents/<uuid:resident>/check-in", allow=VISIT, summary="The resident is here"
)
def check_in(web: Web, body: Body, resident: UUID) -> Answer:
    """Check a resident in."""
    del body
    return commands.check_in(web.work, resident)


@endpoints.command(
    "/api/residents/<uuid:resident>/dose",
    allow=VISIT,
    body=schemas.Dose,
    summary="Give the dose that is due",
)
def give_dose(web: Web, body: Body, resident: UUID) -> Answer:
    """Give a dose."""
    return commands.give_dose(web.work, resident, **body)


@endpoints.command(
    "/api/residents/<uuid:resident>/observation-end", allow=VISIT, summary="The resident leaves"
)
def end_observation(web: Web, body: Body, resident: UUID) -> Answer:
    """End an observation."""
    del body
    return commands.end_observation(web.work, resident)


@endpoints.command(
    "/api/days/<day>/no-shows", allow=STAFF, summary="Whoever is still expected did not come"
)
def record_no_shows(web: Web, body: Body, day: str) -> Answer:
    """Record a day's no-shows."""
    del body
    return commands.record_no_shows(web.work, day_of(day))
