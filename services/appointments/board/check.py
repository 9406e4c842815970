"""The check before the needle: who, which dose, by whom (three checks, seven matches)."""

from __future__ import annotations

from typing import NamedTuple

from services.appointments.board.queries import Person
from services.appointments.courses import queries as courses
from services.appointments.courses.queries import Known
from services.appointments.duty.queries import vaccinators
from services.appointments.visits.identity import SHOWN_DIGITS, card_number
from services.appointments.visits.queries import last_given
from shared.town.work import Work


class Check(NamedTuple):
    """What is compared; `vaccinators`: who is on duty, with their desks, `vaccinator` proposed."""

    age: int
    last_four: str
    dose: int
    product: str
    vaccinators: dict[str, str | None]
    vaccinator: str


def check_of(work: Work, known: Known, person: Person, login: str) -> Check:
    """Return what is compared before the dose of somebody who waits and is cleared.

    Proposed is whom this login has recorded last, else itself, else whoever is on duty first.
    """
    today = work.today()
    waits = next(row for row in person["appointments"] if row["status"] == "waiting")
    who, _ = courses.course_of_known(work, known)
    on_duty = vaccinators(work, today)
    last = last_given(work, login)
    wished = [last["vaccinator"]] if last else []
    proposed = next((each for each in (*wished, login) if each in on_duty), next(iter(on_duty), ""))
    number = card_number(work, known)[-SHOWN_DIGITS:]
    return Check(who.age_on(today), number, waits["dose"], waits["product"], on_duty, proposed)
