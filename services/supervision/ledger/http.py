"""The ledger over HTTP: its entries, and checkpoints."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

from services.supervision.ledger import commands, found, queries
from services.supervision.ledger.schemas import EntriesFound, LedgerPage
from services.supervision.staff.queries import accounts
from services.supervision.staff.telling import telling
from shared.kit.language import Text, t
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


@endpoints.command(
    "/api/checkpoints",
    allow=READERS,
    tells=Text("已留存核对码。", "The check code is kept."),
)
def checkpoint(web: Web) -> commands.Checkpointed:
    """Say how far the ledger reaches and where it ends."""
    return commands.checkpoint(web.work)


@endpoints.page("/entries", allow=READERS, params=EntriesFound)
def entries_page(web: Web, before: int | None, after: int | None, **asked: Any) -> str:
    """Browse the ledger, newest first: all of it, or by day, kind, unit and who acted."""
    wanted = found.Wanted(**asked)
    said, today = telling(web), web.work.today()
    given = {name: str(value) for name, value in wanted._asdict().items() if value is not None}
    return web.render(
        "entries.html",
        page=found.page(web.work, wanted, before, after),
        found_from=found.found_from(web.work),
        wanted=wanted,
        telling=said,
        staff=[(each["login"], said.person(each["login"])) for each in accounts(web.work)],
        days=[(today, t("今天", "Today")), (today - timedelta(1), t("昨天", "Yesterday"))],
        address=partial(_address, given),
    )


def _address(given: Mapping[str, str], **other: object) -> str:
    """Return the address of what was asked for, with something else added or in its place."""
    return f"/entries?{urlencode({**given, **other})}"
