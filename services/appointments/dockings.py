"""On which days a unit's people go to this site (R15)."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import bindparam, select

from services.appointments.domain.refusals import DockedElsewhere
from services.appointments.queries import SiteQueries
from services.appointments.views import dockings
from shared.kit.eventstore import Prepared

# First and last day; None: until it is said otherwise.
Stay = tuple[date, date | None]

_TOLD = Prepared(
    select(dockings.c.since, dockings.c.site)
    .where(dockings.c.unit == bindparam("unit"))
    .order_by(dockings.c.since)
)


def stays_at(site: str, told: list[tuple[date, str]]) -> list[Stay]:
    """The days on which a unit is docked to a site; `told` are all its dockings in order.

    Before the first docking begins, it is that one's.
    """
    stays = list[Stay]()
    for n, (since, where) in enumerate(told):
        last = told[n + 1][0] - timedelta(days=1) if n + 1 < len(told) else None
        if where == site:
            stays.append((since if n else date.min, last))
    return stays


class Dockings(SiteQueries):
    """Courses begin where the unit is docked on the day, and go on where they began."""

    def stays(self, unit: str) -> list[Stay]:
        """The days on which a unit's people go to this site, in order."""
        rows = self.rows(_TOLD, unit=unit)
        told = [(date.fromisoformat(row["since"]), row["site"]) for row in rows]
        return stays_at(self.site, told)

    def docked_days(self, unit: str, first: date, last: date) -> tuple[date, date]:
        """Of some days, the first ones on which the unit's people begin their courses here.

        Raises `DockedElsewhere`.
        """
        for since, until in self.stays(unit):
            begins, ends = max(first, since), min(last, until or last)
            if begins <= ends:
                return begins, ends
        raise DockedElsewhere(first, last)
