"""The town a seed begins with: made once a process, copied for every seed."""

from __future__ import annotations

import gc
import tempfile
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path

from deploy.parts import SERVICES, assembly
from deploy.simulation.commands import BATCHES, HEALTHY, Wanted, asks, at_site, registered
from deploy.simulation.disk import Copy
from deploy.simulation.machine import Clock, decided_by
from deploy.simulation.people import Person, people
from deploy.simulation.sightings import Sightings
from deploy.simulation.town import Town, campaign
from services.appointments.bookings.commands import book
from services.appointments.sessions.commands import open_sessions
from services.appointments.stock.commands import receive_batch
from services.appointments.visits.commands import check_in, end_observation, give_dose
from services.registration.residents.commands import give_consent
from services.screening.desk.commands import screen
from shared.kit.eventstore import Context
from shared.town.campaign import week_of

REGISTERED = 6
CONSENTED = 4
BEGUN = 2  # who have had their first dose
INTERVAL = timedelta(days=14)
DAYS = timedelta(days=3)  # with sessions in a row
DOSES = 12


def opening() -> datetime:
    """Return the instant at which simulations begin: the day of the first second doses."""
    return _first_morning() + INTERVAL


def _first_morning() -> datetime:
    plan = campaign()
    return datetime.combine(plan.start, time(7), plan.zone)


@cache
def prepared() -> dict[str, Copy]:
    """Return the stores of a town with rosters, vaccine and sessions, everybody up to date."""
    clock = Clock(_first_morning())
    for service in SERVICES:
        assembly(service)  # what draws lots when it is imported, is imported now
    with tempfile.TemporaryDirectory(prefix="vaxledger-") as folder, decided_by(0, clock):
        town = Town(Path(folder), clock, Sightings(), real_seals=False)
        with town.disk.mounted():
            for source in town.sources:
                town.start(source)
            for wanted in _wanted(town):
                _do(town, wanted)
            clock.instant += timedelta(hours=1)
            for person in people()[:BEGUN]:
                for wanted in _first_dose(town, person):
                    _do(town, wanted)
            clock.instant = opening()
            for source in town.sources:
                town.kill(source)
        stores = {source: town.disk.copy(source) for source in town.sources}
    # All that is loaded now stays: a seed's garbage is looked for among what the seed has made.
    gc.freeze()
    return stores


def _do(town: Town, wanted: Wanted) -> None:
    work = town.process(wanted.source).work
    with work.store.transaction(Context.once("simulation")):
        wanted.run(work)
    while sum(_follow(town, source) for source in town.sources):
        pass


def _first_dose(town: Town, person: Person) -> list[Wanted]:
    who, site = person.resident, town.campaign.unit(person.unit).site
    source = at_site(site)
    return [
        asks(source, "book", book, who, town.campaign.start),
        asks("screening", "screen", screen, who, site, HEALTHY),
        asks(source, "check in", check_in, who),
        asks(source, "dose", give_dose, who, BATCHES[0], "simulation"),
        asks(source, "leave", end_observation, who, "simulation"),
    ]


def _follow(town: Town, source: str) -> int:
    process = town.process(source)
    process.relay.step()
    return sum(inbox.deliver(20) + inbox.look() for inbox in process.inboxes.values())


def _wanted(town: Town) -> list[Wanted]:
    first, plan = people()[:REGISTERED], town.campaign
    wanted = [
        registered(*(each for each in first if each.unit == unit.code)) for unit in plan.units
    ]
    week, expiry = week_of(plan.start), plan.end + timedelta(days=30)
    wanted += [
        asks("registration", "consent", give_consent, person.resident, week)
        for person in first[:CONSENTED]
    ]
    for site in plan.sites:
        source = at_site(site.code)
        for batch in BATCHES:
            given = batch, "CoronaVac", DOSES, expiry
            wanted.append(asks(source, f"receive {batch}", receive_batch, *given))
        for begin in (plan.start, plan.start + INTERVAL, plan.start + 2 * INTERVAL):
            days = begin, begin + DAYS, "CoronaVac"
            wanted.append(asks(source, f"sessions from {begin}", open_sessions, *days))
    return wanted
