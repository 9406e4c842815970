"""Entries found by day, time of day, kind, unit and who acted: the newest first, a page at a time."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Select, func, select, tuple_

from services.supervision.domain.refusals import SeveralMeant
from services.supervision.ledger.entries import Entry, entries_of
from services.supervision.ledger.queries import head
from services.supervision.ledger.views import acts, ledger
from shared.kit.eventstore import Row
from shared.town.work import Work

PAGE = 25
AM, PM = "am", "pm"
LOOKS, ALL = "looks", "all"
"""Who looked at whom is left out unless that `kind` is asked for, or `all`: it would hide what was done."""
_BEGINNING = re.compile(r"[0-9a-f]{8}[0-9a-f-]*")


class Wanted(NamedTuple):
    """What is looked for; `half` of the day, `kind` of event, `by` the login of who acted.

    Without a `kind`: all that was done, looks left out.
    """

    day: date | None = None
    half: str | None = None
    kind: str | None = None
    unit: str | None = None
    by: str | None = None


class Page(NamedTuple):
    """Entries, newest first; `older` and `newer`: after and before which entry more are found."""

    entries: list[Entry]
    older: int | None
    newer: int | None


def page(work: Work, wanted: Wanted, before: int | None = None, after: int | None = None) -> Page:
    """Return a page of entries: the newest, those `before` an entry, or those `after` it."""
    query = select(ledger).join(acts, acts.c.entry == ledger.c.entry).where(*_asked(work, wanted))
    if after is None:
        rows = _rows(work, query, before, forward=False)
        return _page(work, rows[:PAGE], older=len(rows) > PAGE, newer=before is not None)
    rows = _rows(work, query, after, forward=True)
    return _page(work, rows[:PAGE][::-1], older=True, newer=len(rows) > PAGE)


def found_from(work: Work) -> int:
    """Return the first entry that is found: 1, once it is noted of all by what they are found."""
    with work.store.connection() as connection:
        first = connection.execute(select(func.min(acts.c.entry))).scalar()
    return head(work)["entry"] + 1 if first is None else first


def _page(work: Work, rows: list[Row], *, older: bool, newer: bool) -> Page:
    last, first = (rows[-1]["entry"], rows[0]["entry"]) if rows else (None, None)
    return Page(entries_of(work, rows), last if older else None, first if newer else None)


def _rows(work: Work, query: Select[Row], edge: int | None, *, forward: bool) -> list[Row]:
    """Return one row more than a page has, from an entry on, in this direction."""
    at = acts.c
    if edge is not None and (then := work.row(select(at.at).where(at.entry == edge))):
        place, there = tuple_(at.at, at.entry), tuple_(then["at"], edge)
        query = query.where(place > there if forward else place < there)
    order = (at.at, at.entry) if forward else (at.at.desc(), at.entry.desc())
    return work.rows(query.order_by(*order).limit(PAGE + 1))


def _asked(work: Work, wanted: Wanted) -> list[ColumnElement[bool]]:
    """Return the conditions; the rarest is asked of its index, the others of what that finds."""
    at = acts.c
    given = [
        (column, value)
        for column, value in ((at.actor, wanted.by), (at.unit, wanted.unit), (at.kind, wanted.kind))
        if value not in (None, ALL)
    ]
    asked = [
        column == value if number == 0 else _without_index(column) == value
        for number, (column, value) in enumerate(given)
    ]
    if wanted.kind is None:
        asked.append(_without_index(at.kind) != LOOKS)
    if wanted.day is not None:
        begins, ends = _span(work, wanted.day, wanted.half)
        asked += [at.at >= begins, at.at < ends]
    return asked


def _without_index(column: Column[str]) -> ColumnElement[str]:
    return func.coalesce(column, "")


def _span(work: Work, day: date, half: str | None) -> tuple[int, int]:
    """Return the seconds in which a day, or a half of it, begins and ends."""
    zone = work.campaign.zone
    midnight, noon = datetime.combine(day, time(), zone), datetime.combine(day, time(12), zone)
    ends = datetime.combine(day + timedelta(1), time(), zone) if day < date.max else noon
    begins, ends = noon if half == PM else midnight, noon if half == AM else ends
    return int(begins.timestamp()), int(ends.timestamp())


def resident_meant(work: Work, text: str) -> UUID | None:
    """Return whom a typed number means: whole, or so much of its beginning that one person has it.

    Raises `SeveralMeant`.
    """
    beginning = text.strip().lower()
    with suppress(ValueError):
        return UUID(beginning)
    if not _BEGINNING.fullmatch(beginning):
        return None
    at = ledger.c.resident
    query = select(at).where(at >= beginning, at < f"{beginning}g").distinct().limit(2)
    found = work.rows(query.order_by(at))
    if len(found) > 1:
        raise SeveralMeant
    return UUID(found[0]["resident"]) if found else None
