"""What a person wants next: the steps of a course, as the logs say they make sense."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any, NamedTuple

from deploy.parts import SHARDED
from deploy.simulation.facts import Facts, Visit
from deploy.simulation.people import Person, people
from deploy.simulation.sending import Run
from services.appointments.bookings import commands as bookings
from services.appointments.reactions import commands as reactions
from services.appointments.visits import commands as visits
from services.registration.residents import commands as residents
from services.registration.rosters.reading.roster_lines import Line, Roster
from services.registration.rosters.registering import prepare_roster, register_roster
from services.screening.desk import commands as screening
from shared.town.campaign import week_of
from shared.town.deployment import source_of
from shared.town.work import Work

REGISTRATION, SCREENING = "registration", "screening"
BATCHES = ("B1", "B2")
ACTIVE = 5
"""How many people go through the campaign, so that some of them get to its end."""
HEALTHY: dict[str, bool | float] = {
    "temperature": 36.5,
    "acute_illness": False,
    "chronic_illness_acute_phase": False,
    "pregnant": False,
    "severe_allergy": False,
    "convulsions_own": False,
    "convulsions_family": False,
    "epilepsy_own": False,
    "epilepsy_family": False,
    "encephalopathy_own": False,
    "encephalopathy_family": False,
    "mental_illness_own": False,
    "mental_illness_family": False,
    "severe_chronic_illness": False,
    "vaccinated_before": False,
    "healthy": True,
}


class Wanted(NamedTuple):
    """A command somebody wants to send: to whom, what it is called, what it does."""

    source: str
    name: str
    run: Run


def at_site(site: str) -> str:
    """Return the source of a site's part."""
    return source_of(SHARDED, site)


def asks(source: str, name: str, command: Callable[..., Any], *given: Any) -> Wanted:
    """Return the command that a function of a service is, with what it is given."""

    def run(work: Work) -> Any:
        return command(work, *given)

    return Wanted(source, name, run)


# What comes next for a person


def next_for(facts: Facts, number: int, chance: float, today: date) -> Wanted | None:
    """Return what a person's course needs next; now and then something goes wrong instead."""
    person = people()[number % ACTIVE]
    who = str(person.resident)
    if who not in facts.unit:
        return registered(person)
    if who in facts.erased:
        return None
    answer = facts.answer.get(who)
    if answer != "ConsentGiven":
        week = week_of(today)
        return asks(
            REGISTRATION, f"consent {number}", residents.give_consent, person.resident, week
        )
    site = facts.site_of(facts.unit[who], today)
    booked = standing(facts, who)
    if booked is not None:
        return _visit(facts, person, number, *booked, chance, today)
    if facts.doses[who] and who not in facts.observed:
        site = facts.doses[who][-1].site
        who, why = person.resident, "simulation"
        return asks(at_site(site), f"leave {number}", visits.end_observation, who, why)
    if len(facts.doses[who]) >= 2:
        sign = ("mild", f"fever {number}")  # the same sign again would be refused
        site = facts.doses[who][-1].site
        return asks(
            at_site(site),
            f"reaction {number}",
            reactions.report_adverse_event,
            person.resident,
            *sign,
        )
    last = today + timedelta(days=3)
    return asks(at_site(site), f"book {number}", bookings.book, person.resident, today, last)


def registered(*persons: Person, phone: str = "") -> Wanted:
    """Return the roster that registers people of one unit, or corrects them."""
    unit = persons[0].unit
    lines = [person.line(row, phone) for row, person in enumerate(persons, 2)]
    return Wanted(
        REGISTRATION, f"roster {unit} {len(lines)} {phone}", partial(_roster, unit, lines)
    )


def _roster(unit: str, lines: list[Line], work: Work) -> dict[str, int]:
    prepared = prepare_roster(work, Roster(lines=lines))
    told = repr([line.said for line in lines]).encode()
    result = register_roster(work, unit, hashlib.sha256(told).hexdigest(), prepared)
    return {"new": result["new"], "corrected": result["corrected"], "close": result["close"]}


def standing(facts: Facts, who: str) -> tuple[str, int, Visit] | None:
    """Return the appointment that a person has: its site, its dose, and how it stands."""
    for site in facts.campaign.sites:
        for dose, visit in sorted(facts.visits[site.code, who].items()):
            if visit.status in ("booked", "waiting"):
                return site.code, dose, visit
    return None


def _visit(
    facts: Facts,
    person: Person,
    number: int,
    site: str,
    dose: int,
    visit: Visit,
    chance: float,
    today: date,
) -> Wanted | None:
    who, source = person.resident, at_site(site)
    day = date.fromisoformat(visit.day)
    if day < today:
        return asks(source, f"no-shows {day}", visits.record_no_shows, day)
    if day > today:
        if chance < 0.8:
            return None
        later = day + timedelta(days=1)
        return asks(source, f"move {number}", bookings.move, who, later, "08:00", dose)
    if visit.status == "booked":
        return asks(source, f"check in {number}", visits.check_in, who)
    if facts.found.get(str(who)) != ("ResidentCleared", today.isoformat()):
        fever: dict[str, bool | float] = {"temperature": 38.2} if chance < 0.05 else {}
        answers = HEALTHY | fever
        return asks(SCREENING, f"screen {number}", screening.screen, who, site, answers)
    batch = BATCHES[int(chance * 100) % len(BATCHES)]
    return asks(source, f"dose {number}", visits.give_dose, who, batch, "simulation")
