"""Whoever stands at the desk: checked in when expected today, let go when the observation is over."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from services.appointments.board import queries
from services.appointments.board.labels import next_step
from services.appointments.courses import queries as courses
from services.appointments.visits import commands as visits
from services.appointments.visits.queries import had_serious
from shared.town.work import Work


class Received(NamedTuple):
    """What was done for somebody: checked in so, or (None) let go after the observation."""

    checked_in: visits.CheckedIn | None = None


def receive(work: Work, resident: UUID) -> Received | None:
    """Do what a slip or card that is handed over asks for; None: that is for a person to decide.

    Raises what `known` and `check_in` raise.
    """
    known = courses.known(work, resident)
    person = queries.person_of(work, known)
    step = next_step(person, work.today(), erased=not known["identity"])
    if step == "check_in":
        return Received(visits.check_in(work, resident))
    if step == "end_observation" and _may_leave(work, person):
        visits.end_observation(work, resident)
        return Received()
    return None


def _may_leave(work: Work, person: queries.Person) -> bool:
    """Whether the time is over, and nothing serious has followed the dose."""
    last = person["doses"][-1]
    over = queries.minutes_left(work, last) == 0
    return over and not had_serious(work, person["records"], last["day"])
