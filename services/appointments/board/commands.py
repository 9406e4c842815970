"""Whoever stands at the desk: checked in when expected today, let go when the observation is over."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from services.appointments.board import queries
from services.appointments.board.labels import next_step
from services.appointments.courses import queries as courses
from services.appointments.visits import commands as visits
from shared.town.work import Work

Received = Literal["check-in", "observed"]


def receive(work: Work, resident: UUID) -> Received | None:
    """Do what a slip or card that is handed over asks for; None: that is for a person to decide.

    Raises what `known` and `check_in` raise.
    """
    known = courses.known(work, resident)
    person = queries.person_of(work, known)
    step = next_step(person, work.today(), erased=not known["identity"])
    if step == "check_in":
        visits.check_in(work, resident)
        return "check-in"
    if step == "end_observation" and queries.minutes_left(work, person["doses"][-1]) == 0:
        visits.end_observation(work, resident)
        return "observed"
    return None
