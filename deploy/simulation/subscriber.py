"""The simulated subscriber: what the real one does with messages and logs, one step at a time."""

from __future__ import annotations

from collections.abc import Callable

from deploy.simulation.broker import Broker, Dead, Message
from shared.kit.contracts.chain import Linked
from shared.kit.messaging import cloudevents
from shared.kit.messaging.following import Follower

PREFETCH = 20


def _is_sealed(message: Message) -> bool:
    return f"{cloudevents.PREFIX}seal" in message.headers


class Inbox:
    """One queue of one source, and what of it is held unacknowledged while the follower stands."""

    def __init__(self, broker: Broker, follower: Follower, reached: Callable[[str], None]) -> None:
        """Feed `follower` from its queue; `reached(point)` hears of each step."""
        self.follower = follower
        self.part, self.source = follower.store.source, follower.source
        self._broker = broker
        self._reached = reached
        self.held: list[tuple[Linked, Message]] = []

    def deliver(self, most: int) -> int:
        """Let the follower have messages, and acknowledge them; return how many.

        What fails is raised, after it is noted as the follower's health; the messages are held.
        """
        room = max(0, min(most, PREFETCH - len(self.held)))
        for message in self._broker.hand_out(self.part, self.source, room, _is_sealed):
            try:
                source, linked = cloudevents.origin(message.headers, message.body)
                if source != self.source:
                    raise ValueError(f"message of {source} in the queue of {self.source}")
            except ValueError:
                self._bury(message)
            else:
                self.held.append((linked, message))
        if not self.held:
            return 0
        try:
            false = self.follower.receive([linked for linked, _ in self.held])
        except Exception as error:
            self.follower.health.fail(error, "")
            raise
        self.follower.health.recover()
        return self._settle(false)

    def _settle(self, false: list[Linked]) -> int:
        self._reached("before acknowledging")
        settled = 0
        half = len(self.held) // 2
        while self.held:
            if settled and settled == half:
                self._reached("half acknowledged")
            linked, message = self.held[0]
            if linked in false:
                self._bury(message)
            del self.held[0]
            settled += 1
        return settled

    def look(self) -> int:
        """Look into the source's log; return how many events were new. Raises what stands in the way."""
        try:
            count = self.follower.catch_up()
        except Exception as error:
            self.follower.health.fail(error, "")
            raise
        self.follower.health.recover()
        return count

    def hang_up(self) -> None:
        """The connection is gone: what was not acknowledged comes again."""
        self._broker.put_back(self.part, self.source, [message for _, message in self.held])
        self.held.clear()

    def _bury(self, message: Message) -> None:
        self.follower.health.rejected += 1
        self._broker.dead.append(Dead(self.part, self.source, message))
