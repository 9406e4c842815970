"""Long queries over HTTP: how far one is."""

from __future__ import annotations

from uuid import UUID

from services.supervision.long_queries import queries
from shared.kit.formats import only
from shared.kit.web.endpoints import Endpoints
from shared.town.access import to
from shared.town.access.roles import OFFICE, OVERSIGHT
from shared.town.web.web import Web

endpoints = Endpoints()


@endpoints.query("/api/long-queries/<uuid:job>", allow=to(*OVERSIGHT, OFFICE))
def long_query(web: Web, job: UUID) -> queries.LongQuery:
    """Where a long query stands: its state, entries read, entries in all."""
    return only(queries.LongQuery, queries.long_query(web.work, str(job)))
