"""What else happens in a campaign: corrections, refusals, merges, dockings, stock, staff, reports."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

from deploy.simulation.commands import (
    BATCHES,
    HEALTHY,
    REGISTRATION,
    SCREENING,
    Wanted,
    asks,
    at_site,
    registered,
    standing,
)
from deploy.simulation.facts import Facts
from deploy.simulation.people import people
from services.appointments.bookings import commands as bookings
from services.appointments.plan import commands as plans
from services.appointments.sessions import commands as sessions
from services.appointments.stock import commands as stock
from services.registration.dockings import commands as dockings
from services.registration.duplicates import commands as duplicates
from services.registration.erasure import commands as erasure
from services.registration.residents import commands as residents
from services.reporting.weeks import commands as weeks
from services.screening.desk import commands as screening
from services.screening.lifting import commands as lifting
from services.supervision.ledger import commands as ledger
from services.supervision.staff import commands as staff
from shared.town.campaign import week_of

REPORTING, SUPERVISION = "reporting", "supervision"


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
    booked = standing(facts, str(who))
    if booked is None:
        return None
    site, dose, _ = booked
    return asks(at_site(site), f"cancel {who}", bookings.cancel, who, "by_resident", dose)


def _withdraw(facts: Facts, number: int, _chance: float, _today: date) -> Wanted:
    who = _someone(facts, number)
    return asks(SCREENING, f"withdraw {who}", lifting.withdraw, who, "answer corrected")


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
