"""The second half of a seed: every trouble ends, and everything must come to rest and agree."""

from __future__ import annotations

from datetime import timedelta

from deploy.simulation.accepting import accept
from deploy.simulation.facts import must
from deploy.simulation.flow import follow, publish
from deploy.simulation.invariants import (
    after_step,
    difference,
    ledger_holds,
    now_and_then,
    view_of,
)
from deploy.simulation.process import Process
from deploy.simulation.subscriber import Inbox
from deploy.simulation.world import World

ROUNDS = 20
REBUILT_EVERY = 6  # one part a seed, in turns, because it takes long


def heal(world: World) -> None:
    """Heal, let everything come to rest, and check all that must hold then."""
    world.heal()
    # A relay says anew how far it is every few seconds.
    world.town.clock.instant += timedelta(minutes=1)
    if world.set_back:
        _come_to_rest(world)
        _is_named(world)
    for source in world.set_back:
        accept(world, source)
        if source in world.accepted:
            _come_to_rest(world)
        elif world.town.process(source).store.set_back is not None:
            world.client.give_up(source)
    while world.client.in_doubt:
        before = len(world.client.in_doubt)
        world.client.retry(0)
        must(len(world.client.in_doubt) < before, "a command is answered", "still in doubt")
    world.touched.update(world.town.sources)
    after_step(world)
    _come_to_rest(world)
    now_and_then(world)
    _nobody_lags(world)
    ledger_holds(world, world.town.process("supervision"), whole=True)
    for source in world.town.sources[world.at % REBUILT_EVERY :: REBUILT_EVERY]:
        _is_what_a_rebuild_makes(world.town.process(source))


def _is_named(world: World) -> None:
    """Who follows what a source has lost since, stands there and says so."""
    for name in world.town.sources:
        process = world.town.process(name)
        for source, inbox in process.inboxes.items():
            reached, failing = process.store.reached(source), inbox.follower.health.failing
            there = world.histories.has(source, reached.decided, reached.link)
            named = failing is not None and failing.startswith("SourceDiffers")
            where = f"{name} follows {source} at {reached.position}: {failing}"
            must(there or named, "a source set back is named", where)


def _come_to_rest(world: World) -> None:
    for _ in range(ROUNDS):
        if not sum(_round(world, world.town.process(source)) for source in world.town.sources):
            return
        after_step(world)
    must(False, "everything comes to rest", f"still moving after {ROUNDS} rounds")


def _round(world: World, process: Process) -> int:
    moved = 0
    while published := publish(world, process):
        moved += published
    for inbox in process.inboxes.values():
        while settled := follow(world, process, inbox, 20):
            moved += settled
        moved += follow(world, process, inbox, None)
    return moved


def _nobody_lags(world: World) -> None:
    for source in world.town.sources:
        process = world.town.process(source)
        head = process.store.head()
        published = process.store.published()[0]
        must(published == head, "everything is published", f"{source}: {published} of {head}")
        for inbox in process.inboxes.values():
            _reached_the_end(world, process, inbox)


def _reached_the_end(world: World, process: Process, inbox: Inbox) -> None:
    """Nobody is behind; who followed what a source has lost, and is not told, stands and says so."""
    source = inbox.source
    reached, failing = process.store.reached(source), inbox.follower.health.failing
    where = f"{process.source} follows {source} at {reached.position}: {failing}"
    if (process.source, source) in world.standing:
        named = failing is not None and failing.startswith("SourceDiffers")
        must(named, "a source set back is named", where)
        return
    whole = reached.position == reached.decided == len(world.histories.said[source])
    must(whole and failing is None, "nobody lags when all is healed", where)


def _is_what_a_rebuild_makes(process: Process) -> None:
    if any(inbox.follower.health.failing for inbox in process.inboxes.values()):
        return
    before, head = view_of(process), process.store.head()
    process.work.rebuild_views()
    for source in process.inboxes:
        process.follower(source).catch_up()
    found = difference(before, view_of(process))
    must(not found, "views equal a rebuild from zero", f"{process.source}: {found}")
    must(process.store.head() == head, "a rebuild decides nothing again", process.source)
