"""What was counted of each batch once a day's doses and movements were over."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, select

from services.appointments.closing.queries import local
from services.appointments.courses.views import doses
from services.appointments.stock.accounts import Count
from services.appointments.stock.views import movements
from shared.town.work import Work


class _Counted(NamedTuple):
    at: datetime
    said: Count


def last_counts(work: Work, day: date) -> dict[str, Count]:
    """Return the last count of each batch that nothing came after on a day, nor before it on a later one.

    The difference is from the books at the time of the count. Of a batch that nothing happened to
    that day, only a count of the day itself; one that is not here was not counted.
    """
    happened: dict[str, list[datetime]] = {}
    counted: dict[str, list[_Counted]] = {}
    given = func.min(doses.c.given_at).label("first"), func.max(doses.c.given_at).label("last")
    query = select(doses.c.batch, *given).group_by(doses.c.batch, doses.c.day)
    for row in work.rows(query):
        instants = (local(work, row[name]) for name in ("first", "last"))
        happened.setdefault(row["batch"], []).extend(instants)
    for row in work.rows(select(movements).order_by(movements.c.at, movements.c.event)):
        at = local(work, row["at"])
        if row["kind"] != "counted":
            happened.setdefault(row["batch"], []).append(at)
            continue
        difference = row["doses"] - (row["expected"] or 0)
        count = Count(row["doses"], difference, row["note"] or "")
        counted.setdefault(row["batch"], []).append(_Counted(at, count))
    found = {
        batch: _last(day, counts, happened.get(batch, [])) for batch, counts in counted.items()
    }
    return {batch: count for batch, count in found.items() if count is not None}


def _last(day: date, counts: list[_Counted], happened: list[datetime]) -> Count | None:
    last = max((at for at in happened if at.date() == day), default=None)
    until = min((at for at in happened if at.date() > day), default=None)
    fitting = [
        each.said
        for each in counts
        if (each.at.date() == day if last is None else each.at >= last)
        and (until is None or each.at < until)
    ]
    return fitting[-1] if fitting else None
