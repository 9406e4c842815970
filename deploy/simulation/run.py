"""Plays seeds: one seed is one schedule, one outcome, and the same both times."""

from __future__ import annotations

import atexit
import hashlib
import logging
import shutil
import tempfile
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from deploy.parts import FOLLOWS
from deploy.simulation import faults, flow
from deploy.simulation.facts import Broken
from deploy.simulation.healing import heal
from deploy.simulation.invariants import after_step, now_and_then
from deploy.simulation.machine import Clock, decided_by
from deploy.simulation.reading import read_name
from deploy.simulation.sightings import Sightings
from deploy.simulation.steps import Step, schedule
from deploy.simulation.template import opening, prepared
from deploy.simulation.town import deployment
from deploy.simulation.world import World

# A folder of our own is made in it.
MEMORY = Path("/dev/shm")  # nosec B108
ON_DISK_EVERY = 20
REAL_SEALS_EVERY = 10
LOOK_EVERY = 40
VERBS = flow.VERBS | faults.VERBS | {"read a name": read_name}


@dataclass(slots=True)
class Outcome:
    """How a seed ended: `broken` is the invariant that did not hold, `what` says where.

    `notes` tell of some steps what came of them, by their number. `trace` is a hash over everything
    that every source said: the same for the same run.
    """

    seed: int
    steps: list[Step]
    sightings: Sightings
    broken: str = ""
    what: str = ""
    at: int = 0
    trace: str = ""
    notes: dict[int, str] = field(default_factory=dict[int, str])


def schedule_of(seed: int) -> list[Step]:
    """Return the steps of a seed."""
    town = deployment(Path("/"), Clock(opening()))
    sources = [part.source for part in town.parts]
    follows = {part.source: town.sources(*FOLLOWS[part.service]) for part in town.parts}
    return schedule(seed, sources, follows)


def play(seed: int, steps: Sequence[Step] | None = None) -> Outcome:
    """Play a seed, or other steps in the town of that seed."""
    steps = schedule_of(seed) if steps is None else list(steps)
    stores = prepared()
    sightings, clock = Sightings(), Clock(opening())
    outcome = Outcome(seed, list(steps), sightings)
    folder = _folder(in_memory=bool(MEMORY.is_dir() and seed % ON_DISK_EVERY))
    for left in folder.iterdir():
        left.unlink()
    logging.disable(logging.CRITICAL)
    try:
        with decided_by(seed, clock):
            real_seals = seed % REAL_SEALS_EVERY == 0
            world = World.of(folder, clock, sightings, stores, real_seals=real_seals)
            with world.town.disk.mounted(), world.town.network.plugged_in():
                try:
                    _play(world, steps, outcome.notes)
                except Broken as broken:
                    outcome.broken, outcome.what = broken.invariant, str(broken)
                except Exception as error:
                    outcome.broken = f"nothing unexpected is raised: {type(error).__name__}"
                    outcome.what = "".join(traceback.format_exception(error, limit=-8))
                finally:
                    outcome.at = world.at
                    for source in world.town.sources:
                        world.town.kill(source)
            outcome.trace = _trace(world)
    finally:
        logging.disable(logging.NOTSET)
    return outcome


@cache
def _folder(*, in_memory: bool) -> Path:
    """A folder of this process, in memory or on a disk; each seed puts its own stores there."""
    folder = Path(tempfile.mkdtemp(prefix="vaxledger-", dir=MEMORY if in_memory else None))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _play(world: World, steps: Sequence[Step], notes: dict[int, str]) -> None:
    for source in world.town.sources:
        world.start(source)
    after_step(world)
    for step in steps:
        world.tick()
        try:
            VERBS[step.verb](world, step)
            after_step(world)
        finally:
            notes[world.at] = "; ".join(world.town.notes)
            world.town.notes.clear()
        if world.at % LOOK_EVERY == 0:
            now_and_then(world)
    heal(world)


def _trace(world: World) -> str:
    told = hashlib.sha256()
    for source, said in sorted(world.histories.said.items()):
        told.update(source.encode() + b"".join(each.link for each in said))
    told.update(repr(sorted(world.town.sightings.items())).encode())
    return told.hexdigest()
