"""One part's process: all that dies with it - store, work, relay and followers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from deploy.parts import FOLLOWS, assembly, open_work
from deploy.simulation.broker import Broker, SimulatedPublisher
from deploy.simulation.machine import WrongClock
from deploy.simulation.subscriber import Inbox
from shared.kit.contracts.chain import Linked
from shared.kit.messaging.following import Follower
from shared.kit.messaging.relay import Relay
from shared.kit.source_keys import Holds, Seal
from shared.town.deployment import Deployment, Instance

ReadLog = Callable[[str, str, int, int], Sequence[Linked]]
"""Reads a source's log for a part: (part, source, after, limit)."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a process finds around it. `seal` and `holds` are of a source."""

    deployment: Deployment
    broker: Broker
    read_log: ReadLog
    seal: Callable[[str], Seal]
    holds: Callable[[str], Holds]


class Process:
    """A part, alive: opened on its disk, with a relay and an inbox for each source it follows."""

    def __init__(
        self,
        around: Surroundings,
        part: Instance,
        clock: WrongClock,
        reached: Callable[[str], None],
    ) -> None:
        """Open the part; `reached(point)` hears of each step that is not a commit."""
        self.source = part.source
        self._around = around
        self.work = open_work(around.deployment.for_part(part.source), part)
        self.store = self.work.store
        self.store.clock = clock
        self.policies = assembly(part.service).policies
        publisher = SimulatedPublisher(
            around.broker, part.source, around.seal(part.source), reached
        )
        self.relay = Relay(self.store, publisher)
        # Another relay of the same store, as two processes have it that do not know each other.
        self.second_relay = Relay(self.store, publisher)
        followed = around.deployment.sources(*FOLLOWS[part.service])
        self.inboxes = {
            source: Inbox(around.broker, self.follower(source), reached) for source in followed
        }
        self.second_followers: dict[str, Follower] = {}

    def follower(self, source: str) -> Follower:
        """Return a new follower of a source, beginning where the store says."""
        around = self._around
        read = partial(around.read_log, self.source, source)
        return Follower(self.work, self.policies, source, read, around.holds(source))

    def end(self) -> None:
        """Close what a process has open when it ends; queues get back what it held."""
        for inbox in self.inboxes.values():
            inbox.hang_up()
        self.store.close()
