"""Published reports against their replay; the hash chain; missing positions."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TypedDict

from services.supervision.domain.replay import Figures, differences
from services.supervision.ledger import queries as ledger
from services.supervision.replay import queries as replay
from services.supervision.replay.queries import Report
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


class Latest:
    """The audit that was made last; `begun` counts them."""

    def __init__(self) -> None:
        self.lock, self.begun = threading.Lock(), 0
        self.found: FullAudit | None = None


def audit(work: Work) -> FullAudit:
    """Replay every published report; check the chain and that no position is missing.

    Those who ask while one is made share the next.
    """
    latest = work.own(Latest)
    asked = latest.begun
    with latest.lock:
        if latest.begun == asked or latest.found is None:
            latest.begun, latest.found = latest.begun + 1, None
            latest.found = _audited(work)
        return latest.found


def _audited(work: Work) -> FullAudit:
    return {
        "weeks": compared(work, replay.reports(work)),
        "sources": ledger.sources(work),
        "chain": ledger.chain(work),
        "entries": ledger.head(work)["entry"],
    }


def unsettled(work: Work) -> list[Audited]:
    """Audit the complete reports not audited since the start; needs no write transaction."""
    known = work.own(Settled)
    reports = replay.reports(work)
    return compared(work, [each for each in reports if each.complete and each.event not in known])


def compared(work: Work, reports: Sequence[Report]) -> list[Audited]:
    """Compare reports with their replay, field by field."""
    replays = replay.weeks(work, [(report.week, report.positions) for report in reports])
    return [_compared(report, replayed) for report, replayed in zip(reports, replays, strict=True)]


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
