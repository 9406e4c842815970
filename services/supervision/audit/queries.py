"""Published reports against their replay; the hash chain; missing positions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from services.supervision.domain.replay import Figures, differences
from services.supervision.ledger import chain
from services.supervision.ledger import queries as ledger
from services.supervision.replay import queries as replay
from services.supervision.replay.queries import Far, Report, unheard
from shared.town.work import Work


class Verdict(TypedDict):
    """Whether a week's report agrees with its replay; `complete`: all its events are here."""

    week: str
    complete: bool
    agrees: bool
    differences: list[str]


class Audited(Verdict):
    """Whether a report agrees with its replay, with both figures; `event` is the report's own."""

    event: str
    published: Figures
    replayed: Figures


class Held(TypedDict):
    """What the ledger holds; `chain` is "ok" or says where it does not fit."""

    sources: list[ledger.Source]
    chain: str
    entries: int


class Audit(Held):
    """What an audit of everything finds."""

    weeks: list[Verdict]


class FullAudit(Held):
    """What an audit of everything finds, with the figures of every report."""

    weeks: list[Audited]


class Settled(set[str]):
    """Which reports were audited: what the ledger says at given positions never changes."""


def audit(work: Work, far: Far = unheard) -> FullAudit:
    """Replay every published report; check the chain and that no position is missing.

    It reads the ledger twice, and says `far(done, total)` in its entries. It believes no figure that
    is kept beside them.
    """
    entries, sources = ledger.head(work)["entry"], ledger.counted_sources(work)
    published = replay.reports(work, sources)
    return {
        "weeks": compared(work, published, lambda entry: far(entry, 2 * entries)),
        "sources": sources,
        "chain": chain.chain(work, lambda entry: far(entries + entry, 2 * entries)),
        "entries": entries,
    }


def unsettled(work: Work) -> list[str]:
    """Return the events of the complete reports not audited since the start."""
    known = work.own(Settled)
    if known.issuperset(ledger.ids_about_nobody(work, replay.PUBLISHED)):
        return []
    published = replay.reports(work, ledger.sources(work))
    return [each.event for each in published if each.complete and each.event not in known]


def reports(work: Work, far: Far, events: Sequence[str]) -> list[Audited]:
    """Audit the reports that were published by these events, of which all that they count is here."""
    total = ledger.head(work)["entry"]
    published = replay.reports(work, ledger.counted_sources(work))
    wanted = [each for each in published if each.complete and each.event in events]
    return compared(work, wanted, lambda entry: far(entry, total))


def compared(
    work: Work, published: Sequence[Report], heard: ledger.Heard = ledger.nobody
) -> list[Audited]:
    """Compare reports with their replay, field by field."""
    wanted = [(report.week, report.positions) for report in published]
    replays = replay.weeks(work, wanted, heard)
    return [_compared(*both) for both in zip(published, replays, strict=True)]


def _compared(report: Report, replayed: Figures) -> Audited:
    found = differences(report.figures, replayed)
    return {
        "event": report.event,
        "week": report.week,
        "complete": report.complete,
        "agrees": report.complete and not found,
        "differences": found,
        "published": report.figures,
        "replayed": replayed,
    }
