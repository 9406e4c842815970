"""What follows from an audit: a report that differs is flagged, once (R26)."""

from __future__ import annotations

from collections.abc import Sequence

from services.supervision.audit.queries import Audited, Settled
from services.supervision.checks.commands import flag
from shared.town.work import Work


def flag_differing(work: Work, audited: Sequence[Audited]) -> int:
    """Flag every audited report that differs; return how many differ."""
    differing = [found for found in audited if not found["agrees"]]
    for found in differing:
        flag(work, "report_differs", found["week"], "; ".join(found["differences"])[:1000])
    return len(differing)


def settle(work: Work, audited: Sequence[Audited]) -> None:
    """Remember, after the commit, that these reports need no further audit."""
    work.own(Settled).update(found["event"] for found in audited)
