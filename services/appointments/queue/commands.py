"""Call for the dose: the next number or this one, hold, resume, pass, undo, send to another desk."""

from __future__ import annotations

from services.appointments.domain.ticket import Ticket
from services.appointments.queue.queries import dose_line, screening_line
from services.appointments.sessions.queries import must_be_open
from shared.town.line import calling
from shared.town.line.calling import Station, Ticketed
from shared.town.work import Work


def _not_cleared(work: Work) -> int:
    """How many have a number and are not cleared by screening."""
    return len(screening_line(work, work.today()))


def _must_be_open(work: Work) -> None:
    must_be_open(work, work.today())


DOSE = Station(Ticket, dose_line, _not_cleared, _must_be_open)


def call_next(work: Work) -> Ticketed:
    """Call who is next to get the dose to the own desk; who is called there already, again.

    Raises `DayClosed`, `NobodyWaits`.
    """
    return calling.call_next(work, DOSE, [work.site])
