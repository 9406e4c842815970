"""Call for screening: the next number at one's own sites."""

from __future__ import annotations

from collections.abc import Collection

from services.screening.desk.line import line, queue
from services.screening.domain.ticket import Ticket
from shared.town.line import calling
from shared.town.line.calling import Station, Ticketed
from shared.town.work import Work

SCREENING = Station(Ticket, line)


def call_next(work: Work, sites: Collection[str] | None) -> Ticketed:
    """Call who is next to be screened at some sites (None: all); who is called already, again.

    Of several sites the one where somebody has waited longest comes first. Raises `NobodyWaits`.
    """
    waits = sorted(queue(work, sites), key=lambda each: each["since"])
    return calling.call_next(work, SCREENING, dict.fromkeys(each["at"] for each in waits))
