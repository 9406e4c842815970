"""Verbs of trouble: what the broker, the network, a disk, a clock, an operator or a forger may do."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from deploy.simulation.flow import Verb, follow, publish
from deploy.simulation.forging import KINDS, forged
from deploy.simulation.noticing import notice
from deploy.simulation.process import Process
from deploy.simulation.sightings import POINTS
from deploy.simulation.steps import Step
from deploy.simulation.town import Down
from deploy.simulation.world import OldCopy, World
from shared.kit.contracts import catalogue, decode, encode
from shared.kit.eventstore import Context, events_log
from shared.kit.eventstore.engine import UNAVAILABLE
from shared.kit.refusals import Refusal

KILLED_REBUILDING = 0.2
CLOCKS = (timedelta(minutes=-10), timedelta(minutes=10), timedelta(days=-1), timedelta(days=1))


def _few(step: Step) -> int:
    return 1 + step.number % 8


# The broker


def lose(world: World, step: Step) -> None:
    """Messages are lost."""
    queue, few = world.town.broker.queues.get((step.part, step.other), []), _few(step)
    world.town.sightings.see("broker lost a message", len(queue[:few]))
    del queue[:few]


def double(world: World, step: Step) -> None:
    """Messages come twice."""
    queue, few = world.town.broker.queues.get((step.part, step.other), []), _few(step)
    again = queue[:few]
    world.town.sightings.see("broker delivered a message twice", len(again))
    queue.extend(again)


def shuffle(world: World, step: Step) -> None:
    """Messages come in another order, some of them late."""
    queue = world.town.broker.queues.get((step.part, step.other), [])
    if len(queue) > 1:
        random.Random(step.chance).shuffle(queue)  # nosec B311
        world.town.sightings.see("broker delivered out of order")


def broker_away(world: World, step: Step) -> None:
    """Nobody reaches the broker for a while; what was not acknowledged comes again."""
    broker = world.town.broker
    broker.away = True
    for process in world.town.processes.values():
        for inbox in process.inboxes.values():
            inbox.hang_up()
    world.lasts(_few(step), lambda: setattr(broker, "away", False))


def broker_empty(world: World, step: Step) -> None:
    """The broker comes back with nothing in it."""
    broker_away(world, step)
    if world.town.broker.restart_empty():
        world.town.sightings.see("broker came back empty")


def cut(world: World, step: Step) -> None:
    """One part does not reach the broker for a while."""
    broker = world.town.broker
    broker.cut.add(step.part)
    if (process := world.town.processes.get(step.part)) is not None:
        for inbox in process.inboxes.values():
            inbox.hang_up()
    world.town.sightings.see("follower was cut off from the broker")
    world.lasts(2 * _few(step), lambda: broker.cut.discard(step.part))


def cut_log(world: World, step: Step) -> None:
    """Nobody reaches one part's log for a while."""
    cut_off = world.town.logs_cut
    cut_off.add(step.part)
    world.lasts(2 * _few(step), lambda: cut_off.discard(step.part))


def forge(world: World, step: Step) -> None:
    """A false message lies in a queue, before the true ones; or a true one is changed."""
    town, source = world.town, step.other
    process = town.processes.get(step.part)
    if process is None or (queue := town.broker.queues.get((step.part, source))) is None:
        return
    at, kind = process.store.reached(source).position, KINDS[step.number % len(KINDS)]
    message = forged(source, world.histories.said[source], at, kind, queue)
    if message is None:
        return
    if kind == "tampered":
        queue[:] = [each for each in queue if each.headers != message.headers]
    queue.insert(0, message)
    follow(world, process, process.inboxes[source], 1 + step.number % 3)


def foreign_event(world: World, step: Step) -> None:
    """Whoever has a part's database writes an event into it that is another's to say."""
    if (process := world.town.processes.get(step.part)) is None:
        return
    name = "SigningKeyPublished" if process.work.campaign and step.part != "supervision" else ""
    if "/" in step.part and step.number % 2:
        name = "DoseAdministered"  # of another site
    if name:
        world.touched.add(step.part)
        with suppress(*UNAVAILABLE):
            _write_past_the_program(process, name, step.number)


def _write_past_the_program(process: Process, name: str, number: int) -> None:
    store, contract = process.store, catalogue.latest(name)
    data: dict[str, Any] = {**contract.example, "site": "elsewhere", "key": f"forged-{number}"}
    now = store.clock.now().isoformat()
    document = {
        "event": name,
        "version": contract.version,
        "stream": str(uuid5(NAMESPACE_URL, f"{name} {number} {store.head()}")),
        "stream_version": 1,
        "occurred_at": now,
        "recorded_at": now,
        "actor": "forger",
        "command": f"forged-{number}",
        "correlation": "forged",
        "causation": None,
        "data": {field: data[field] for field in contract.example},
    }
    with store.transaction(Context.once("forger")) as transaction:
        head, end = store.end()
        event = decode(store.source, head + 1, encode(document))
        events_log.append(transaction.connection, end, [event._replace(name=name)])
        store.views.apply_all(transaction.connection, [event])


# Processes, disks, clocks


def trap(world: World, step: Step) -> None:
    """A part will be killed at a point that it is going to pass."""
    world.town.set_trap(step.part, POINTS[step.number % len(POINTS)], 1 + int(step.chance * 3))


def kill(world: World, step: Step) -> None:
    """A part is killed just now."""
    world.town.kill(step.part)


def power_cut(world: World, step: Step) -> None:
    """A machine loses its power: what was not yet on its disk is gone."""
    if step.part in world.town.processes:
        copy, lost = world.town.disk.after_power_cut(step.part)
        world.town.kill(step.part)
        world.town.disk.put(step.part, copy)
        world.touched.add(step.part)
        if lost > 0:
            world.town.sightings.see("power cut took a repeatable commit back")


def disk_full(world: World, step: Step) -> None:
    """A part's disk takes no more for a while."""
    full = world.town.disk.full
    full.add(step.part)
    world.lasts(_few(step), lambda: full.discard(step.part))


def wrong_clock(world: World, step: Step) -> None:
    """A part's clock is wrong for a while."""
    clock = world.town.clocks[step.part]
    clock.wrong_by = CLOCKS[step.number % len(CLOCKS)]
    world.town.sightings.see("clock of a part was wrong")
    world.lasts(3 * _few(step), lambda: setattr(clock, "wrong_by", timedelta()))


# Two of one kind, and operators


def second_relay(world: World, step: Step) -> None:
    """Another relay of the same store, which knows only where it was itself, publishes."""
    process = world.town.processes.get(step.part)
    if process is not None and publish(world, process, second=True):
        world.town.sightings.see("second relay published again")


def second(world: World, step: Step) -> None:
    """Another follower of the same part, which knows only where it was itself, gets messages."""
    town, source = world.town, step.other
    if (process := town.processes.get(step.part)) is None:
        return
    if not process.second_followers:
        process.second_followers.update((each, process.follower(each)) for each in process.inboxes)
        return
    follower = process.second_followers[source]
    behind = follower.health.position < process.store.reached(source).position
    messages = world.histories.said[source][follower.health.position :][: _few(step)]
    if not messages or source in world.set_back:
        return
    world.touched.add(step.part)
    with town.at_work(step.part, "follow"):
        try:
            follower.receive(town.sealed(source, messages))
        except (Down, Refusal, *UNAVAILABLE):
            return
        if behind:
            town.sightings.see("second follower found the position moved")


def rebuild(world: World, step: Step) -> None:
    """An operator has a part's views built anew, while everything goes on; it may die of it."""
    if (process := world.town.processes.get(step.part)) is not None:
        if step.chance < KILLED_REBUILDING:
            point = ("rebuild: before commit", "rebuild: after commit")[step.number % 2]
            world.town.set_trap(step.part, point, 1)
        world.touched.add(step.part)
        head = process.store.head()
        with world.town.at_work(step.part, "rebuild"):
            try:
                process.work.rebuild_views()
            except UNAVAILABLE:
                return
            world.town.sightings.see("views were rebuilt in the middle")
            assert process.store.head() == head


def copy(world: World, step: Step) -> None:
    """Somebody makes a copy of a store, one in a seed."""
    if step.part in world.town.processes and not world.copies:
        world.histories.read(world.town.process(step.part).store)
        length = len(world.histories.said[step.part])
        acknowledged = len(world.client.acknowledged)
        kept = world.town.disk.copy(step.part)
        world.copies[step.part] = OldCopy(kept, length, acknowledged)


def set_back(world: World, step: Step) -> None:
    """A store is restored from its copy: what was said since then is gone there."""
    for source, old in world.copies.items():
        if source in world.set_back:
            continue
        world.town.kill(source)
        world.town.disk.put(source, old.copy)
        world.town.sightings.see("part started on an older disk")
        if len(world.histories.said[source]) > old.length:
            world.set_back.add(source)
            world.histories.set_back(source, old.length)
            world.client.set_back(source, old.acknowledged, old.length)
        world.start(source)
        if step.number % 2 and (process := world.town.processes.get(source)) is not None:
            notice(world, process)


VERBS: dict[str, Verb] = {
    "lose": lose,
    "double": double,
    "shuffle": shuffle,
    "broker away": broker_away,
    "broker empty": broker_empty,
    "cut": cut,
    "cut log": cut_log,
    "forge": forge,
    "foreign event": foreign_event,
    "trap": trap,
    "kill": kill,
    "power cut": power_cut,
    "disk full": disk_full,
    "second relay": second_relay,
    "second": second,
    "rebuild": rebuild,
    "wrong clock": wrong_clock,
    "copy": copy,
    "set back": set_back,
}
