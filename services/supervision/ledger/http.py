"""The ledger over HTTP: its entries, and checkpoints."""

from __future__ import annotations

from services.supervision.ledger import commands, queries
from services.supervision.ledger.schemas import LedgerPage
from services.supervision.staff.telling import telling
from shared.kit.web.endpoints import Endpoints
from shared.town.access import to
from shared.town.access.roles import OVERSIGHT
from shared.town.web.web import Web

READERS = to(*OVERSIGHT)

endpoints = Endpoints()


@endpoints.query("/api/ledger", allow=READERS, params=LedgerPage)
def entries(web: Web, after: int, limit: int) -> queries.Entries:
    """The ledger's entries in order."""
    return {"entries": queries.entries(web.work, after, limit), "head": queries.head(web.work)}


@endpoints.command("/api/checkpoints", allow=READERS)
def checkpoint(web: Web) -> commands.Checkpointed:
    """Say how far the ledger reaches and where it ends."""
    return commands.checkpoint(web.work)


@endpoints.page("/entries", allow=READERS, params=LedgerPage)
def entries_page(web: Web, after: int, limit: int) -> str:
    """Browse the ledger."""
    found = queries.entries(web.work, after, limit)
    said = telling(web)
    return web.render("entries.html", entries=found, after=after, limit=limit, telling=said)
