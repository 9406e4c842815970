"""Erasure over HTTP."""

from __future__ import annotations

from uuid import UUID

from services.registration.erasure import commands, schemas
from shared.kit.web.endpoints import Body, Endpoints
from shared.town.access import to
from shared.town.access.roles import OFFICE
from shared.town.web.web import Web

endpoints = Endpoints()


@endpoints.command("/api/residents/<uuid:resident>/erase", allow=to(OFFICE), body=schemas.Erase)
def erase(web: Web, body: Body, resident: UUID) -> commands.Erased:
    """Forget who a resident is: destroy the keys, as far as the law allows today."""
    return commands.erase(web.work, resident, **body)
