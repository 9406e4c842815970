"""How warm the site's refrigerators were, and which of a day's two readings are missing."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TypedDict

from sqlalchemy import exists, select

from services.appointments.domain.fridge_refusals import UnknownFridge
from services.appointments.domain.site import Site
from services.appointments.fridge.views import readings
from shared.kit.formats import Day
from shared.town.contracts.fridges import APART, is_cold, readings_counted
from shared.town.work import Work

DAYS = 14
"""So many days are shown."""


class Reading(TypedDict):
    """A reading: `read_at` is local time, `withdrawn` why it counts no more, else null."""

    fridge: str
    number: int
    day: Day
    celsius: float
    read_at: str
    actor: str
    withdrawn: str | None


class Missing(TypedDict):
    """One of a day's two readings that nobody has recorded: which (1 or 2), from when, until when.

    `due`: it can be read now; `overdue`: it should have been. Times are local.
    """

    fridge: str
    which: int
    since: str
    until: str
    due: bool
    overdue: bool


def fridges(work: Work) -> tuple[str, ...]:
    """Return what the site's refrigerators are called."""
    return work.campaign.site(work.site).fridges


def must_be_here(work: Work, fridge: str) -> None:
    """Raise `UnknownFridge` of a refrigerator that the campaign file does not name."""
    known = fridges(work)
    if fridge not in known:
        raise UnknownFridge(fridge=fridge, known=list(known))


def readings_of(work: Work, day: date) -> list[Reading]:
    """Return the readings of a day in their order, those withdrawn too."""
    return _between(work, day, day)


def latest_days(work: Work, until: date) -> dict[str, list[Reading]]:
    """Return the readings of the last two weeks by their days, the latest day first, each day there."""
    since = until - timedelta(days=DAYS - 1)
    found: dict[str, list[Reading]] = {
        (until - timedelta(days=n)).isoformat(): [] for n in range(DAYS)
    }
    for row in _between(work, since, until):
        found[row["day"]].append(row)
    return found


def out_of_range(work: Work, fridge: str | None) -> list[Reading]:
    """Return the last reading that counts of a refrigerator, where it is out of 2 to 8 °C; None: of each."""
    at = readings.c
    query = select(*(at[name] for name in Reading.__annotations__)).where(at.withdrawn.is_(None))
    query = query.order_by(at.read_at.desc(), at.number.desc()).limit(1)
    found = (
        row
        for name in ((fridge,) if fridge else fridges(work))
        for row in work.rows(query.where(at.fridge == name), Reading)
    )
    return [row for row in found if not is_cold(row["celsius"])]


def readings_withdrawn(work: Work) -> list[Reading]:
    """Return the readings that were withdrawn and not recorded again as they were, the first on top."""
    at, again = readings.c, readings.alias("again")
    same = [again.c[name] == at[name] for name in ("fridge", "celsius", "read_at")]
    kept = exists().where(*same, again.c.withdrawn.is_(None))
    query = select(*(at[name] for name in Reading.__annotations__))
    query = query.where(at.withdrawn.is_not(None), ~kept)
    return work.rows(query.order_by(at.read_at, at.fridge, at.number), Reading)


def _between(work: Work, first: date, last: date) -> list[Reading]:
    at = readings.c
    query = select(*(at[name] for name in Reading.__annotations__))
    query = query.where(at.day.between(first.isoformat(), last.isoformat()))
    return work.rows(query.order_by(at.read_at, at.fridge, at.number), Reading)


def keeps_vaccine(work: Work, day: date) -> bool:
    """Tell whether the site's refrigerators are to be read on a day: from its first batch to the end."""
    opened = work.begin(Site, Site.create_id(work.site)).opened
    return opened is not None and opened <= day <= work.campaign.end


def missing(work: Work, day: date) -> list[Missing]:
    """Return which readings of a day are missing; of a day to come, or without vaccine, none.

    Two are wanted of each refrigerator, six hours apart. The first is due until six hours before the
    site closes, the second six hours after the first, until the site closes.
    """
    if day > work.today() or not keeps_vaccine(work, day):
        return []
    done: dict[str, list[str]] = {fridge: [] for fridge in fridges(work)}
    for row in readings_of(work, day):
        if row["withdrawn"] is None and row["fridge"] in done:
            done[row["fridge"]].append(row["read_at"])
    return [each for fridge, times in done.items() for each in _missing(work, day, fridge, times)]


def _missing(work: Work, day: date, fridge: str, times: list[str]) -> list[Missing]:
    """The readings of one refrigerator that are missing, with their times."""
    site, now = work.campaign.site(work.site), work.now().replace(tzinfo=None)
    opens, closes = (
        datetime.combine(day, at) for at in (site.hours[0].opens, site.hours[-1].closes)
    )
    midnight = datetime.combine(day, datetime.max.time()).replace(second=0, microsecond=0)
    counted = readings_counted(times)
    first_until = max(opens, closes - APART)
    first = datetime.fromisoformat(min(times)) if times else None
    second_since = min(midnight, (first or opens) + APART)
    second_until = min(midnight, max(closes, (first or first_until) + APART))
    wanted = ((1, datetime.combine(day, datetime.min.time()), first_until),)
    wanted += ((2, second_since, second_until),)
    return [
        {
            "fridge": fridge,
            "which": which,
            "since": f"{since:%H:%M}",
            "until": f"{until:%H:%M}",
            "due": since <= now and (which == 1 or counted == 1),
            "overdue": now > until,
        }
        for which, since, until in wanted[counted:]
    ]
