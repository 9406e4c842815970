"""The town a seed begins with: made once a process, copied for every seed."""

from __future__ import annotations

import tempfile
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path

from deploy.simulation.commands import BATCHES, Wanted, at_site, registered
from deploy.simulation.disk import Copy
from deploy.simulation.machine import Clock, decided_by
from deploy.simulation.people import people
from deploy.simulation.sightings import Sightings
from deploy.simulation.town import Town, campaign
from services.appointments.sessions.commands import open_sessions
from services.appointments.stock.commands import receive_batch
from services.registration.residents.commands import give_consent
from shared.kit.eventstore import Context
from shared.town.campaign import week_of

REGISTERED = 6
CONSENTED = 4
DOSES = 12


def opening() -> datetime:
    """Return the instant at which simulations begin."""
    plan = campaign()
    return datetime.combine(plan.start, time(7), plan.zone)


@cache
def prepared() -> dict[str, Copy]:
    """Return the stores of a town with rosters, vaccine and sessions, everybody up to date."""
    clock = Clock(opening())
    with tempfile.TemporaryDirectory(prefix="vaxledger-") as folder, decided_by(0, clock):
        town = Town(Path(folder), clock, Sightings(), real_seals=False)
        with town.disk.mounted():
            for source in town.sources:
                town.start(source)
            for wanted in _wanted(town):
                work = town.process(wanted.source).work
                with work.store.transaction(Context(wanted.name, "simulation", "template")):
                    wanted.run(work)
            while sum(_follow(town, source) for source in town.sources):
                pass
            for source in town.sources:
                town.kill(source)
        return {source: town.disk.copy(source) for source in town.sources}


def _follow(town: Town, source: str) -> int:
    process = town.process(source)
    process.relay.step()
    return sum(inbox.deliver(20) + inbox.look() for inbox in process.inboxes.values())


def _wanted(town: Town) -> list[Wanted]:
    first, plan = people()[:REGISTERED], town.campaign
    rosters = [
        registered(*(each for each in first if each.unit == unit.code)) for unit in plan.units
    ]
    last, expiry = plan.start + timedelta(days=40), plan.end + timedelta(days=30)
    week = week_of(plan.start)
    return [
        *rosters,
        *(
            Wanted(
                "registration",
                f"consent of {person.resident}",
                lambda work, who=person.resident: give_consent(work, who, week),
            )
            for person in first[:CONSENTED]
        ),
        *(
            Wanted(
                at_site(site.code),
                f"{batch} at {site.code}",
                lambda work, batch=batch: receive_batch(work, batch, "CoronaVac", DOSES, expiry),
            )
            for site in plan.sites
            for batch in BATCHES
        ),
        *(
            Wanted(
                at_site(site.code),
                f"sessions at {site.code}",
                lambda work: open_sessions(work, plan.start, last, "CoronaVac"),
            )
            for site in plan.sites
        ),
    ]
