"""How a source that was set back notices it: by what its followers hold of it."""

from __future__ import annotations

from deploy.simulation.facts import must
from deploy.simulation.process import Process
from deploy.simulation.world import World
from shared.kit.eventstore import restored


def followers(world: World, source: str) -> list[Process]:
    """Return the running processes of the other parts that follow a source."""
    running = (world.town.processes.get(name) for name in world.town.sources if name != source)
    return [each for each in running if each is not None and source in each.inboxes]


def notice(world: World, process: Process) -> None:
    """Let a source compare itself with all followers; it appends nothing if one holds more of it."""
    source, found = process.source, None
    for follower in followers(world, source):
        theirs = restored.held(follower.store, source)
        there = world.histories.has(source, theirs.position, theirs.link)
        said = restored.compare(process.store, follower.source, theirs)
        where = f"{follower.source} holds {theirs.position} of {source}: {said}"
        must((said is None) == there, "a source knows whether it was set back", where)
        found = found or said
    process.store.set_back = found
