"""Reactions over HTTP."""

from __future__ import annotations

from uuid import UUID

from services.appointments.permissions import VISIT
from services.appointments.reactions import commands, schemas
from shared.kit.web.endpoints import Body, Endpoints
from shared.town.web.web import Web

endpoints = Endpoints()


@endpoints.command(
    "/api/residents/<uuid:resident>/adverse-event", allow=VISIT, body=schemas.AdverseEvent
)
def report_adverse_event(web: Web, body: Body, resident: UUID) -> commands.Reported:
    """Record what happened after a dose (AEFI)."""
    return commands.report_adverse_event(web.work, resident, **body)
