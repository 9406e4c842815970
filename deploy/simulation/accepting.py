"""The operator's way out of a source that was set back: its history is accepted as it is now."""

from __future__ import annotations

from deploy.simulation.broker import message_of
from deploy.simulation.flow import follow
from deploy.simulation.invariants import after_step
from deploy.simulation.noticing import followers, notice
from deploy.simulation.process import Process
from deploy.simulation.world import World
from services.supervision.histories import commands, queries
from shared.kit.contracts.histories import Generation
from shared.kit.eventstore import Context, restored
from shared.town import histories

OFFICE = "supervision"


def accept(world: World, source: str) -> None:
    """Look what a source has lost, and let it count from where it ends, if the ledger knows of a loss.

    Its followers hear of it before it does, and of its lost history once more: the broker has it.
    """
    process, others = world.town.process(source), followers(world, source)
    notice(world, process)
    if process.store.set_back is None:
        return
    found = _comparison(world, process, others)
    accepted = found.accepted if found.lost else None
    _note_who_stays(world, source, others, accepted)
    if accepted is None:
        return
    world.town.sightings.see("source set back was accepted")
    world.accepted.add(source)
    if source == OFFICE:
        for each in others:
            _tell(world, each, source, accepted)
    else:
        lost = sum(found.lost.values())
        office = world.town.process(OFFICE)
        with office.store.transaction(Context.once("operator")):
            commands.accept(office.work, source, accepted, lost=lost, reason="restored")
        world.touched.add(OFFICE)
    after_step(world)
    for each in others:
        if source != OFFICE:
            follow(world, each, each.inboxes[OFFICE], None)
        follow(world, each, each.inboxes[source], None)
        _come_again(world, each, source)
    after_step(world)
    if source == OFFICE:
        with process.store.transaction(Context.once("operator")):
            commands.accept(process.work, source, accepted, lost=1, reason="restored")
        world.touched.add(OFFICE)


def _comparison(world: World, process: Process, others: list[Process]) -> queries.Comparison:
    source = process.source
    if source == OFFICE:
        held_by = {each.source: restored.held(each.store, source) for each in others}
        return queries.own_comparison(process.work, list(held_by.values()))
    now = restored.held(process.store, source)
    return queries.comparison(world.town.process(OFFICE).work, source, now, process.store.log)


def _note_who_stays(
    world: World, source: str, others: list[Process], accepted: Generation | None
) -> None:
    """Who followed what is lost, and is not told so by what is accepted, stands until it is restored."""
    for each in others:
        theirs = restored.held(each.store, source)
        if world.histories.has(source, theirs.position, theirs.link):
            continue
        if accepted is None or theirs.position <= accepted.fork:
            world.standing.add((each.source, source))
            world.town.sightings.see("follower of a lost history was not told by the acceptance")


def _tell(world: World, follower: Process, source: str, accepted: Generation) -> None:
    with follower.store.transaction(Context.once("operator")):
        histories.accept(follower.work, source, accepted)
    world.touched.add(follower.source)


def _come_again(world: World, process: Process, source: str) -> None:
    """Messages of the lost history come once more, all under their true seals."""
    lost = world.histories.lost[source]
    sealed = [each for event in lost for each in world.town.sealed(source, [event])]
    again = [message_of(source, each, each.seal, "lost history") for each in sealed]
    queue = world.town.broker.queues[process.source, source]
    queue[:0] = again
    follow(world, process, process.inboxes[source], len(again))
