"""Verbs of an ordinary day: commands, publishing, following, and time that passes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from deploy.simulation import commands, occasions
from deploy.simulation.broker import Away
from deploy.simulation.facts import must
from deploy.simulation.noticing import notice
from deploy.simulation.process import Process
from deploy.simulation.steps import Step
from deploy.simulation.subscriber import Inbox
from deploy.simulation.town import Down
from deploy.simulation.world import World
from shared.kit.eventstore.engine import UNAVAILABLE
from shared.kit.messaging.following import SourceDiffers
from shared.kit.refusals import Refusal

Verb = Callable[[World, Step], object]
HOURS = (1, 2, 24, 24 * 14)
BATCH_EVERY, GIVES_UP_EVERY, TWICE_EVERY = 3, 6, 9
"""Of a command's numbers: which begin a batch, in which one gives up, in which one comes twice."""
TOGETHER = 8
"""How many next steps go in one batch, those of one part: some people want the same thing twice."""
PRESSED_EVERY = 7
"""In which somebody else tries to write in the middle of it."""


def command(world: World, step: Step) -> None:
    """A person's next step through the campaign; now and then those of several in one batch."""
    facts, today = world.histories.facts, world.town.clock.today()
    wanted = commands.next_for(facts, step.number, step.chance, today)
    pressed = step.number % PRESSED_EVERY == 0
    if wanted is None or step.number % BATCH_EVERY:
        _send(world, wanted, pressed=pressed)
    elif wanted.source in world.town.processes:
        numbers = range(step.number + 1, step.number + TOGETHER)
        others = [commands.next_for(facts, each, step.chance, today) for each in numbers]
        batch = [wanted, *(each for each in others if each and each.source == wanted.source)]
        world.touched.add(wanted.source)
        world.client.send_together(
            batch,
            giving_up=None if step.number % GIVES_UP_EVERY else len(batch) // 2,
            twice=step.number % TWICE_EVERY == 0,
            pressed=pressed,
        )


def other(world: World, step: Step) -> None:
    """Something else that somebody wants."""
    today = world.town.clock.today()
    wanted = occasions.other(world.histories.facts, step.number, step.chance, today)
    _send(world, wanted, pressed=False)


def _send(world: World, wanted: commands.Wanted | None, *, pressed: bool) -> None:
    if wanted is not None and wanted.source in world.town.processes:
        world.touched.add(wanted.source)
        world.client.send(*wanted, pressed=pressed)


def retry(world: World, step: Step) -> None:
    """A command in doubt is sent again."""
    _if_up(world, lambda: world.client.retry(step.number))


def repeat(world: World, step: Step) -> None:
    """A command that was answered is sent again."""
    _if_up(world, lambda: world.client.repeat(step.number))


def _if_up(world: World, send: Callable[[], None]) -> None:
    world.touched.update(world.town.processes)
    try:
        send()
    except Down:
        return


def relay(world: World, step: Step) -> None:
    """A part's relay publishes what is new."""
    if (process := world.town.processes.get(step.part)) is not None:
        publish(world, process)


def publish(world: World, process: Process, *, second: bool = False) -> int:
    """Let a relay do a step; return how many events it published."""
    town, relay = world.town, process.second_relay if second else process.relay
    with town.at_work(process.source, "relay"):
        try:
            return relay.step()
        except Away:
            town.sightings.see("broker was away and the relay kept its place")
        except UNAVAILABLE:
            pass
    return 0


def backlog(world: World, _step: Step) -> None:
    """Several relays publish, and nobody takes anything yet."""
    for source in sorted(world.town.processes):
        if (process := world.town.processes.get(source)) is not None:
            publish(world, process)


def deliver(world: World, step: Step) -> None:
    """A follower gets messages of one source."""
    if (process := world.town.processes.get(step.part)) is not None:
        follow(world, process, process.inboxes[step.other], 1 + step.number % 8)


def look(world: World, step: Step) -> None:
    """A follower looks into a source's log, and the source asks what its followers hold of it."""
    if (source := world.town.processes.get(step.other)) is not None:
        notice(world, source)
    if (process := world.town.processes.get(step.part)) is not None:
        follow(world, process, process.inboxes[step.other], None)


def flow(world: World, step: Step) -> None:
    """What a part has to say is published, and its followers get it."""
    town = world.town
    first = town.sources.index(step.part)
    for source in (*town.sources[first:], *town.sources[:first]):
        process = town.processes.get(source)
        if process is not None and publish(world, process):
            break
    else:
        return
    for other in town.sources:
        process = town.processes.get(other)
        if process is not None and source in process.inboxes:
            follow(world, process, process.inboxes[source], 20)


def follow(world: World, process: Process, inbox: Inbox, most: int | None) -> int:
    """Let an inbox deliver so many messages, or look into the log; return how many events moved.

    What may stand in its way is a source that is down, a full disk, or a source set back.
    """
    town, health, see = world.town, inbox.follower.health, world.town.sightings.see
    duplicates, filled, moved = health.duplicates, health.filled, 0
    buried = len(town.broker.dead)
    world.touched.add(process.source)
    with town.at_work(process.source, "follow"):
        try:
            moved = inbox.look() if most is None else inbox.deliver(most)
        except SourceDiffers as error:
            justified = inbox.source in world.set_back
            must(justified, "no false alarm of a source set back", f"{process.source}: {error}")
            see("source set back was noticed")
        except (Down, *UNAVAILABLE):
            pass
        except Refusal:
            # What it needs of another source is not here yet: it is tried again, until it is.
            see("follower stood until another source was here")
        see("duplicate recognised", health.duplicates - duplicates)
        see("log read filled a gap", health.filled - filled)
    _look_at_the_dead(world, buried)
    return moved


_REFUSED = {
    "next link": "forged message with the right next link was refused",
    "bytes": "changed bytes at a known position were refused",
    "far": "message from far beyond the end was refused",
    "unreadable": "unreadable message became a dead letter",
    "lost history": "message of a lost history was refused",
}


def _look_at_the_dead(world: World, before: int) -> None:
    for dead in world.town.broker.dead[before:]:
        true = not dead.message.forged and dead.source not in world.set_back
        must(not true, "no true message is a dead letter", f"{dead.follower} <- {dead.source}")
        world.town.sightings.see("forged message became a dead letter")
        if (what := _REFUSED.get(dead.message.forged)) is not None:
            world.town.sightings.see(what)


def clock(world: World, step: Step) -> None:
    """Time passes."""
    hours = HOURS[step.number % len(HOURS)]
    world.town.clock.instant += timedelta(hours=hours)


VERBS: dict[str, Verb] = {
    "command": command,
    "other": other,
    "retry": retry,
    "repeat": repeat,
    "relay": relay,
    "backlog": backlog,
    "deliver": deliver,
    "look": look,
    "flow": flow,
    "clock": clock,
}
