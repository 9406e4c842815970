"""The simulated broker: a queue for each follower of each source, which keeps no promise at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from shared.kit.contracts import decode
from shared.kit.contracts.chain import Linked
from shared.kit.messaging import cloudevents
from shared.kit.source_keys import SEALED_EVERY, Seal

Queue = tuple[str, str]
"""Follower and source."""


class Away(ConnectionError):
    """The broker cannot be reached."""


class Message(NamedTuple):
    """A message as it lies in a queue; `forged` says what is false in it, "" if nothing is."""

    headers: dict[str, Any]
    body: bytes
    forged: str = ""


class Dead(NamedTuple):
    """A message that a follower did not take, and where it was."""

    follower: str
    source: str
    message: Message


class Broker:
    """Queues and dead letters; whether it is there, and for whom."""

    def __init__(self) -> None:
        """Begin empty; queues are declared by `bind`."""
        self.queues: dict[Queue, list[Message]] = {}
        self.dead: list[Dead] = []
        self.away = False
        self.cut: set[str] = set()

    def bind(self, follower: str, source: str) -> None:
        """Make the queue of a follower of a source."""
        self.queues.setdefault((follower, source), [])

    def take_in(self, source: str, message: Message) -> None:
        """Put a message into the queue of every follower of a source; raise `Away`."""
        if self.away:
            raise Away(f"{source}: the broker is away")
        for (_, followed), queue in self.queues.items():
            if followed == source:
                queue.append(message)

    def hand_out(
        self, follower: str, source: str, most: int, until: Callable[[Message], bool]
    ) -> list[Message]:
        """Take messages out of a queue, which are to be acknowledged or put back.

        So many, if there are, and more up to one that `until` says is enough.
        """
        if self.away or follower in self.cut or not most:
            return []
        queue, taken = self.queues[follower, source], list[Message]()
        while queue and (len(taken) < most or not until(taken[-1])):
            taken.append(queue.pop(0))
        return taken

    def put_back(self, follower: str, source: str, messages: Sequence[Message]) -> None:
        """Take messages back that nobody acknowledged: they come again, first of all."""
        self.queues[follower, source][:0] = messages

    def restart_empty(self) -> int:
        """Forget every message; return how many there were."""
        lost = sum(map(len, self.queues.values()))
        for queue in self.queues.values():
            queue.clear()
        return lost


class SimulatedPublisher:
    """Publishes one source's events as the real one does: headers, seals, and all confirmed or none."""

    def __init__(
        self, broker: Broker, source: str, seal: Seal, reached: Callable[[str], None]
    ) -> None:
        """Publish to `broker`; `reached(point)` hears of each step."""
        self._broker = broker
        self._source = source
        self._seal = seal
        self._reached = reached

    def publish(self, events: Sequence[Linked]) -> None:
        """Publish in order; raise `Away` when the broker does not confirm."""
        self._reached("before publish")
        for number, each in enumerate(events):
            if number == len(events) // 2 and number:
                self._reached("half published")
            sealed = each.position % SEALED_EVERY == 0 or each is events[-1]
            self._broker.take_in(
                self._source, message_of(self._source, each, self._seal(each) if sealed else "")
            )
        self._reached("published")


def message_of(source: str, linked: Linked, seal: str, forged: str = "") -> Message:
    """Return the message that an event is on the wire."""
    event = decode(source, linked.position, linked.body)
    return Message(cloudevents.headers(event, linked.link, seal), linked.body, forged)
