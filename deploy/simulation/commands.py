"""What people want next: commands of all kinds a campaign has, as the logs say they make sense."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from deploy.parts import SHARDED
from deploy.simulation.client import Run
from deploy.simulation.facts import Facts, Visit
from deploy.simulation.people import Person, people
from services.appointments.bookings import commands as bookings
from services.appointments.plan import commands as plans
from services.appointments.reactions import commands as reactions
from services.appointments.sessions import commands as sessions
from services.appointments.stock import commands as stock
from services.appointments.visits import commands as visits
from services.registration.dockings import commands as dockings
from services.registration.duplicates import commands as duplicates
from services.registration.erasure import commands as erasure
from services.registration.residents import commands as residents
from services.registration.rosters.reading.roster_lines import Line, Roster
from services.registration.rosters.registering import prepare_roster, register_roster
from services.reporting.weeks import commands as weeks
from services.screening.desk import commands as screening
from services.supervision.ledger import commands as ledger
from services.supervision.staff import commands as staff
from shared.town.campaign import week_of
from shared.town.deployment import source_of
from shared.town.work import Work

REGISTRATION, SCREENING = "registration", "screening"
REPORTING, SUPERVISION = "reporting", "supervision"
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
    booked = _standing(facts, who)
    if booked is not None:
        return _visit(facts, person, number, *booked, chance, today)
    if facts.doses[who] and who not in facts.observed:
        site = facts.doses[who][-1].site
        return asks(at_site(site), f"leave {number}", visits.end_observation, person.resident)
    if len(facts.doses[who]) >= 2:
        sign = ("mild", "fever")
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


def _standing(facts: Facts, who: str) -> tuple[str, int, Visit] | None:
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
    return asks(source, f"dose {number}", visits.give_dose, who, batch, "nurse-1")


# What else happens


def other(facts: Facts, number: int, chance: float, today: date) -> Wanted | None:
    """Return something that is not a person's next step; `number` says what."""
    if not facts.unit:
        return None
    return _OTHERS[number % len(_OTHERS)](facts, number // len(_OTHERS), chance, today)


def _someone(facts: Facts, number: int) -> UUID:
    known = sorted(facts.unit)
    return UUID(known[number % len(known)])


def _site(facts: Facts, number: int) -> str:
    sites = facts.campaign.sites
    return sites[number % len(sites)].code


def _register(facts: Facts, _number: int, _chance: float, _today: date) -> Wanted | None:
    new = [person for person in people() if str(person.resident) not in facts.unit]
    return registered(new[0]) if new else None


def _correct(_facts: Facts, number: int, chance: float, _today: date) -> Wanted:
    everybody = people()
    person = everybody[number % len(everybody)]
    return registered(person, phone=f"100{int(chance * 10**8):08d}")


def _decline(facts: Facts, number: int, _chance: float, _today: date) -> Wanted:
    who = _someone(facts, number)
    return asks(REGISTRATION, f"decline {who}", residents.decline, who, "no_time")


def _cancel(facts: Facts, number: int, _chance: float, _today: date) -> Wanted | None:
    who = _someone(facts, number)
    booked = _standing(facts, str(who))
    if booked is None:
        return None
    site, dose, _ = booked
    return asks(at_site(site), f"cancel {who}", bookings.cancel, who, "by_resident", dose)


def _withdraw(facts: Facts, number: int, _chance: float, _today: date) -> Wanted:
    who = _someone(facts, number)
    return asks(SCREENING, f"withdraw {who}", screening.withdraw, who, "answer corrected")


def _contraindicate(facts: Facts, number: int, _chance: float, today: date) -> Wanted:
    who = _someone(facts, number)
    site = facts.site_of(facts.unit[str(who)], today)
    answers = HEALTHY | {"severe_allergy": True}
    return asks(SCREENING, f"contraindicate {who}", screening.screen, who, site, answers)


def _merge(facts: Facts, number: int, chance: float, _today: date) -> Wanted:
    one, two = _someone(facts, number), _someone(facts, number + 1 + int(chance * 3))
    return asks(REGISTRATION, f"merge {one} {two}", duplicates.merge, one, two)


def _unmerge(facts: Facts, number: int, _chance: float, _today: date) -> Wanted | None:
    if not facts.merged:
        return None
    who = sorted(facts.merged)[number % len(facts.merged)]
    return asks(REGISTRATION, f"unmerge {who}", duplicates.unmerge, UUID(who))


def _erase(facts: Facts, number: int, _chance: float, _today: date) -> Wanted:
    who = _someone(facts, number)
    return asks(REGISTRATION, f"erase {who}", erasure.erase, who, "by_request")


def _dock(facts: Facts, number: int, chance: float, today: date) -> Wanted:
    unit = facts.campaign.units[number % len(facts.campaign.units)].code
    since = today + timedelta(days=int(chance * 100) % 3)
    begun = facts.site_of(unit, since)
    site = next(each.code for each in facts.campaign.sites if each.code != begun)
    return asks(REGISTRATION, f"dock {unit} {site} {since}", dockings.dock, unit, site, since)


def _move_bookings(facts: Facts, number: int, _chance: float, _today: date) -> Wanted | None:
    moved = sorted(unit for unit, said in facts.docked.items() if len(said) > 1)
    if not moved:
        return None
    unit = moved[number % len(moved)]
    return asks(REGISTRATION, f"move bookings of {unit}", dockings.move_bookings, unit)


def _receive(facts: Facts, number: int, chance: float, today: date) -> Wanted:
    site, batch = _site(facts, number), BATCHES[int(chance * 10) % len(BATCHES)]
    expiry = today + timedelta(days=200)
    return asks(
        at_site(site),
        f"receive {batch}-{today}",
        stock.receive_batch,
        f"{batch}-{today}",
        "CoronaVac",
        5,
        expiry,
    )


def _waste(facts: Facts, number: int, chance: float, _today: date) -> Wanted:
    batch = BATCHES[int(chance * 10) % len(BATCHES)]
    return asks(at_site(_site(facts, number)), f"waste {batch}", stock.waste, batch, 1, "broken")


def _recall(facts: Facts, number: int, _chance: float, _today: date) -> Wanted:
    source = at_site(_site(facts, number))
    return asks(source, "recall B2", stock.recall, "B2", "recalled by the maker")


def _open(facts: Facts, number: int, _chance: float, today: date) -> Wanted:
    source, last = at_site(_site(facts, number)), min(today + timedelta(days=2), facts.campaign.end)
    return asks(source, f"open to {last}", sessions.open_sessions, today, last, "CoronaVac")


def _plan(facts: Facts, number: int, _chance: float, today: date) -> Wanted:
    week = week_of(today)
    return asks(at_site(_site(facts, number)), f"plan {week}", plans.publish_plan, week)


def _close_week(_facts: Facts, _number: int, _chance: float, today: date) -> Wanted:
    week = week_of(today - timedelta(days=7))
    return asks(REPORTING, f"close {week}", weeks.close_week, week)


def _checkpoint(_facts: Facts, _number: int, _chance: float, _today: date) -> Wanted:
    return asks(SUPERVISION, "checkpoint", ledger.checkpoint)


def _enrol(facts: Facts, _number: int, _chance: float, _today: date) -> Wanted:
    login = f"staff-{len(facts.staff)}"
    return asks(SUPERVISION, f"enrol {login}", staff.enrol, login, "nurse")


def _grant(facts: Facts, number: int, chance: float, _today: date) -> Wanted | None:
    if not facts.staff:
        return None
    login = sorted(facts.staff)[number % len(facts.staff)]
    command = staff.grant if chance < 0.7 else staff.revoke
    site = f"site:{_site(facts, number)}"
    return asks(SUPERVISION, f"grant {login}", command, login, "site_staff", site)


def _lock(facts: Facts, number: int, chance: float, _today: date) -> Wanted | None:
    if not facts.staff:
        return None
    login = sorted(facts.staff)[number % len(facts.staff)]
    if chance < 0.5:
        return asks(SUPERVISION, f"lock {login}", staff.lock, login, "left")
    return asks(SUPERVISION, f"unlock {login}", staff.unlock, login)


_OTHERS: tuple[Callable[[Facts, int, float, date], Wanted | None], ...] = (
    _register,
    _correct,
    _decline,
    _cancel,
    _withdraw,
    _contraindicate,
    _merge,
    _unmerge,
    _erase,
    _erase,
    _dock,
    _dock,
    _move_bookings,
    _move_bookings,
    _receive,
    _waste,
    _recall,
    _open,
    _plan,
    _close_week,
    _checkpoint,
    _enrol,
    _grant,
    _lock,
)
