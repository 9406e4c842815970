"""What the ledger holds: its entries, the events in them, and how far each source is held."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from operator import itemgetter
from typing import Any, TypedDict

from sqlalchemy import (
    ColumnElement,
    Executable,
    RowMapping,
    Select,
    and_,
    func,
    not_,
    or_,
    select,
    true,
)

from services.supervision.domain.ledger import BEGINNING
from services.supervision.ledger.entries import Entry, entries_of
from services.supervision.ledger.views import held, ledger
from shared.kit.contracts import Event, catalogue, decode
from shared.kit.contracts.histories import named, parts_of
from shared.kit.eventstore import Prepared, among
from shared.kit.formats import page_of
from shared.town.work import Work

_LAST = Prepared(select(ledger.c.entry, ledger.c.hash).order_by(ledger.c.entry.desc()).limit(1))
_READ_AT_ONCE = 2000
REGISTERED = ("ResidentRegistered", "ResidentCorrected")

Place = tuple[str, int]
"""Where an event stands: the name of its source's history, and its position there."""

Heard = Callable[[int], object]
"""Is told the number of each entry that is read."""


def nobody(entry: int) -> None:
    """A `Heard` for what nobody waits for."""
    del entry


class Head(TypedDict):
    """The last entry's number and the end of the hash chain."""

    entry: int
    hash: str


class Entries(TypedDict):
    """Some entries in order, and where the ledger ends."""

    entries: list[Entry]
    head: Head


class UnitEntries(TypedDict):
    """A page of a unit's entries in order; `older`: where the page before it begins."""

    events: list[Entry]
    older: int | None


class Source(TypedDict):
    """How far one history of a source is held; `gaps` positions of it are missing.

    `counts_to`: events after it do not count any more, as another history was accepted.
    """

    source: str
    position: int
    events: int
    gaps: int
    counts_to: int | None


def head(work: Work) -> Head:
    """Return the number of entries and the end of the hash chain."""
    return work.row(_LAST, Head) or {"entry": 0, "hash": BEGINNING}


def sources(work: Work) -> list[Source]:
    """Return how far each history is held, and how many positions are missing in it."""
    return _sources(work, select(held))


def counted_sources(work: Work) -> list[Source]:
    """Return how far each history is held, counted from every entry once more."""
    position, events = func.max(ledger.c.position), func.count()
    query = select(ledger.c.source, position.label("position"), events.label("events"))
    return _sources(work, query.group_by(ledger.c.source))


def _sources(work: Work, query: Executable) -> list[Source]:
    rows = sorted(work.rows(query), key=itemgetter("source"))
    return [_source(work, row["source"], row["position"], row["events"]) for row in rows]


def _source(work: Work, history: str, position: int, events: int) -> Source:
    source, number = parts_of(history)
    forks = {each.number: each.fork for each in work.store.histories(source).accepted}
    to = min((fork for later, fork in forks.items() if later > number), default=position)
    return {
        "source": history,
        "position": position,
        "events": events,
        "gaps": position - forks.get(number, 0) - events,
        "counts_to": to if to < position else None,
    }


def counting(listed: Sequence[Source]) -> dict[str, int]:
    """Return of every source which history counts, by name, and up to which position it is held."""
    newest: dict[str, tuple[str, int]] = {}
    for row in sorted(listed, key=lambda row: parts_of(row["source"])):
        to = row["position"] if row["counts_to"] is None else row["counts_to"]
        newest[parts_of(row["source"])[0]] = row["source"], to
    return dict(newest.values())


# Entries


def entries(work: Work, after: int, limit: int) -> list[Entry]:
    """Return entries after one, in order."""
    return _entries(work, ledger.select().where(ledger.c.entry > after).limit(limit))


def of_residents(
    work: Work, residents: Sequence[str], places: Sequence[Place], as_of: date | None
) -> list[Entry]:
    """Return what was recorded about residents, and what stands at `places`, up to a day's end."""
    at = ledger.c
    others = [and_(at.source == source, at.position == position) for source, position in places]
    concerned = or_(at.resident.in_(residents), *others)
    return _entries(work, ledger.select().where(concerned, up_to(as_of, ledger.c.recorded_at)))


def of_unit(
    work: Work, unit: str, as_of: date | None, before: int | None, limit: int
) -> UnitEntries:
    """Return a page of what was recorded in a unit's name up to the end of a day."""
    asked = and_(ledger.c.unit == unit, up_to(as_of, ledger.c.recorded_at))
    query = ledger.select().where(asked).order_by(ledger.c.entry.desc()).limit(limit + 1)
    rows = work.rows(query if before is None else query.where(ledger.c.entry < before))
    page, older = page_of(rows, limit, "entry")
    return {"events": entries_of(work, page[::-1]), "older": older}


def listed_in(work: Work, unit: str) -> list[str]:
    """Return the residents who were ever registered in a unit."""
    query = select(ledger.c.resident).where(ledger.c.unit == unit, _named(*REGISTERED))
    query = query.where(_counts(work))
    return [row["resident"] for row in work.rows(query.distinct())]


# Events


def events(
    work: Work,
    *names: str,
    residents: Sequence[str] | None = None,
    unit: str | None = None,
    as_of: date | None = None,
    every: bool = False,
    about_nobody: bool = False,
    heard: Heard = nobody,
) -> Iterator[Event]:
    """Read events of these names in order, as every reader sees them, a part at a time.

    With `residents` those about them; with `unit` as well those in its name. With `every` also
    those of histories that do not count any more. The few `about_nobody` are found by their name.
    """
    query = select(ledger.c.entry, ledger.c.source, ledger.c.position, ledger.c.body)
    query = query.where(_named(*names), up_to(as_of, ledger.c.recorded_at))
    if not every:
        query = query.where(_counts(work))
    if about_nobody:
        query = query.where(ledger.c.resident.is_(None))
    if residents is not None:
        about = among(ledger.c.resident, residents)
        query = query.where(about if unit is None else or_(ledger.c.unit == unit, about))
    for row in stream(work, query.order_by(ledger.c.entry)):
        heard(row["entry"])
        yield decode(row["source"], row["position"], bytes(row["body"]))


def ids_about_nobody(work: Work, name: str) -> list[str]:
    """Return the ids of the events of a name that count and are about no resident, unread."""
    query = select(ledger.c.source, ledger.c.position).where(_named(name), _counts(work))
    query = query.where(ledger.c.resident.is_(None))
    return [f"{row['source']}:{row['position']}" for row in work.rows(query)]


def _named(*names: str) -> ColumnElement[bool]:
    return ledger.c.name.in_(catalogue.names_of(*names))


def up_to(as_of: date | None, recorded_at: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the condition that something was recorded up to the end of a day (None: ever)."""
    if as_of in (None, date.max):
        return true()
    return recorded_at < (as_of + timedelta(days=1)).isoformat()


def _entries(work: Work, query: Select[Any]) -> list[Entry]:
    return entries_of(work, work.rows(query.order_by(ledger.c.entry)))


def _counts(work: Work) -> ColumnElement[bool]:
    """Return the condition that an event's history was not set aside before it."""
    set_aside = [
        and_(ledger.c.source == named(source, number), ledger.c.position > each.fork)
        for source in work.store.positions()
        for each in work.store.histories(source).accepted
        for number in range(1, each.number)
    ]
    return not_(or_(*set_aside)) if set_aside else true()


def stream(work: Work, query: Executable) -> Iterator[RowMapping]:
    """Read the rows of a query on the ledger, a part at a time."""
    by_parts = {"yield_per": _READ_AT_ONCE}
    with (
        work.store.connection() as connection,
        connection.execute(query, execution_options=by_parts) as found,
    ):
        yield from found.mappings()
