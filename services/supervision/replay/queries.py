"""Histories of residents and units, and weeks: all from the ledger's events alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import NamedTuple, TypedDict
from uuid import UUID

from sqlalchemy import or_, select

from services.supervision.domain import history
from services.supervision.domain.replay import RELEVANT, Figures, WeekReplay
from services.supervision.ledger import queries as ledger
from services.supervision.ledger.entries import Entry
from services.supervision.replay.views import merges
from shared.kit.contracts import catalogue
from shared.kit.contracts.histories import parts_of
from shared.town.work import Work

Positions = Mapping[str, int]
"""Of every source the name of its history, and how far it is looked at."""

Far = Callable[[int, int], None]
"""Is told how many of how many entries of the ledger were read."""

PUBLISHED = "WeeklyProgressPublished"


def unheard(done: int, total: int) -> None:
    """A `Far` for what nobody waits for."""
    del done, total


class ResidentHistory(TypedDict):
    """What was recorded about a resident up to a day, and what it amounts to."""

    resident: str
    events: list[Entry]
    state: history.ResidentState


class UnitHistory(TypedDict):
    """A page of what was recorded in a unit's name up to a day, and how the unit stood then.

    `events` are in order, the newest if no page is asked for; `older` is the `before` of the page
    before this one, None on the first.
    """

    unit: str
    events: list[Entry]
    older: int | None
    state: history.UnitState


class Report(NamedTuple):
    """A published weekly report; `complete`: the ledger reaches its positions."""

    event: str
    week: str
    positions: dict[str, int]
    figures: Figures
    complete: bool


class Week(TypedDict):
    """A week's figures from the ledger, and up to where they were counted."""

    week: str
    published: bool
    positions: Positions
    figures: Figures


# Records of one person


def links(work: Work, as_of: date | None = None) -> dict[str, str]:
    """Return record -> the record that stays, as it stood at the end of a day."""
    until = ledger.up_to(as_of, merges.c.recorded_at)
    query = select(merges).where(until).order_by(merges.c.position)
    found: dict[str, str] = {}
    for row in work.rows(query):
        if row["event"] == "ResidentsMerged":
            found[row["resident"]] = row["into"]
        else:
            found.pop(row["resident"], None)
    return found


def _linked_ever(work: Work, listed: Sequence[str]) -> list[str]:
    """Return the other records that ever were linked with one of these."""
    pairs = [(row["resident"], row["into"]) for row in work.rows(select(merges))]
    here = set(listed)
    return [
        other
        for pair in pairs
        for one, other in (pair, pair[::-1])
        if one in here and other not in here
    ]


# Histories


def resident_history(work: Work, resident: UUID, as_of: date | None) -> ResidentHistory:
    """Return everything recorded about a resident up to the end of a day, and how they stood.

    Of a record that stays: about those linked to it on that day as well.
    """
    who = str(resident)
    linked = links(work, as_of)
    yielded = sorted(record for record, into in linked.items() if into == who)
    records = [who] if who in linked else [who, *yielded]
    at = merges.c
    touched = select(at.source, at.position)
    touched = touched.where(or_(at.resident.in_(records), at.into.in_(records)))
    places = [(row["source"], row["position"]) for row in work.rows(touched)]
    events = ledger.of_residents(work, records, places, as_of)
    newest = (
        catalogue.upcast(row["event"], row["version"], row["data"])
        for row in events
        if row["counts"]
    )
    return {
        "resident": who,
        "events": events,
        "state": history.resident_state(newest, who),
    }


def unit_state(work: Work, unit: str, as_of: date | None) -> history.UnitState:
    """Return how a unit stood at a day's end, by all that was said of whoever was on its list."""
    listed = ledger.listed_in(work, unit)
    residents = [*listed, *_linked_ever(work, listed)]
    about = ledger.events(work, *history.OF_UNIT, residents=residents, unit=unit, as_of=as_of)
    said = ((event.name, event.data) for event in about)
    return history.unit_state(unit, said, as_of or work.today())


def open_identity(work: Work, resident: UUID) -> dict[str, str] | None:
    """Return who a resident is, from the newest record the ledger holds; None if erased."""
    who = str(resident)
    records = [*ledger.events(work, *ledger.REGISTERED, residents=[who])]
    return work.privacy.read(who, records[-1].sealed("identity")) if records else None


# Weeks


def reports(work: Work, sources: Sequence[ledger.Source]) -> list[Report]:
    """Return the published weekly reports the ledger holds, which has so much of its sources."""
    published = ledger.events(work, PUBLISHED, about_nobody=True)
    held = {row["source"]: row["position"] for row in sources}
    return [
        Report(
            event.id,
            event.data["week"],
            event.data["positions"],
            event.data["figures"],
            all(held.get(s, 0) >= p for s, p in event.data["positions"].items()),
        )
        for event in published
    ]


def weeks(
    work: Work,
    wanted: Sequence[tuple[str, Positions]],
    heard: ledger.Heard = ledger.nobody,
) -> list[Figures]:
    """Replay weeks, each at or before some positions."""
    sites = [site.code for site in work.campaign.sites]
    units = [unit.code for unit in work.campaign.units]
    replays = [(WeekReplay(week, sites, units), _counting(work, at)) for week, at in wanted]
    for event in ledger.events(work, *RELEVANT, every=True, heard=heard) if replays else ():
        source = parts_of(event.source)[0]
        for one, counts in replays:
            if counts(event.source, event.position):
                one.take(source, event.name, event.data)
    return [one.figures() for one, _ in replays]


def _counting(work: Work, at: Positions) -> Callable[[str, int], bool]:
    """Return what tells of a place in the ledger whether it counts at these positions."""
    upto = {parts_of(history)[0]: (parts_of(history)[1], most) for history, most in at.items()}
    histories = {source: work.store.histories(source) for source in upto}
    if not any(each.accepted for each in histories.values()):
        return lambda source, position: position <= at.get(source, 0)

    def counts(history: str, position: int) -> bool:
        source, number = parts_of(history)
        until, most = upto.get(source, (1, 0))
        return position <= most and histories[source].counts(number, position, until)

    return counts


def week(work: Work, far: Far, week: str) -> Week:
    """Replay a week at its report's positions, else at the ledger's end."""
    sources = ledger.counted_sources(work)
    report = next((report for report in reports(work, sources) if report.week == week), None)
    positions = report.positions if report else ledger.counting(sources)
    total = ledger.head(work)["entry"]
    [figures] = weeks(work, [(week, positions)], lambda entry: far(entry, total))
    return {
        "week": week,
        "published": report is not None,
        "positions": positions,
        "figures": figures,
    }
