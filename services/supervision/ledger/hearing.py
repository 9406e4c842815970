"""Until when sites have been heard: nobody is blamed for what has not arrived yet."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, select

from services.supervision.ledger.views import held, ledger
from shared.kit.contracts.histories import parts_of
from shared.town.work import Work

SILENT = timedelta(days=7)
"""After so long a site of which nothing came is judged by what is known of it."""


class Hearing:
    """What may be said of sites now: a part that is down, or cut off, has done more than is known."""

    def __init__(self, work: Work) -> None:
        """Look up when the last event of each source that arrived was recorded."""
        newest = and_(ledger.c.source == held.c.source, ledger.c.position == held.c.position)
        query = select(held.c.source, ledger.c.recorded_at).join(ledger, newest)
        self._now = work.now()
        self._until: dict[str, datetime] = {}
        for row in work.rows(query):
            source, at = parts_of(row["source"])[0], datetime.fromisoformat(row["recorded_at"])
            self._until[source] = max(at, self._until.get(source, at))

    def is_over(self, site: str, deadline: datetime) -> bool:
        """Tell whether all that a site did before a deadline is known, or the site is silent too long."""
        until = self._until.get(f"appointments/{site}")
        return (until is not None and until >= deadline) or self._now >= deadline + SILENT
