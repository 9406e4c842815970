"""Inbox: what has come from one queue, until it is applied and the broker knows.

Messages are hints: whatever they say, the source's log says too. So none is held back from the
broker for long. A follower that is stuck lets them go, and reads the log when it goes on.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Collection
from typing import Any, NamedTuple

import eventlet
from eventlet.queue import Empty, LightQueue

from shared.kit.contracts.chain import Linked
from shared.kit.language import at_terminal
from shared.kit.messaging import cloudevents
from shared.kit.messaging.following import BATCH, Follower
from shared.kit.source_keys import SEALED_EVERY

log = logging.getLogger(__name__)

PREFETCH = 500
SEAL_SECONDS = 0.05
HOLD_SECONDS = 60.0  # far below the half hour after which a broker takes its messages back
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 10.0  # between two tries of a queue


class Held(NamedTuple):
    """A message that the broker waits to hear of."""

    message: Any
    since: float


class Inbox:
    """One queue of one source: what came, waiting to be applied and acknowledged.

    The listener alone speaks with the broker, so also about what the applying thread has done.
    """

    def __init__(self, follower: Follower, queue: Any, now: Callable[[], str]) -> None:
        """Feed `follower` from the kombu `queue`; `now` is the moment as status shows it."""
        self.follower = follower
        self.queue = queue
        self.waiting: Any = LightQueue()
        self.hears = False
        self.stuck = False  # what came could not be applied, until the log has been read to its end
        self.due = 0.0  # when the queue may be tried
        self._now = now
        self._pause = FIRST_PAUSE_SECONDS
        self._channel: Any = None
        self._held: dict[Any, Held] = {}  # by delivery tag, the oldest first
        self._done: deque[tuple[Any, bool]] = deque()
        self._trouble = eventlet.event.Event()

    # What the listener does

    @property
    def busy(self) -> bool:
        """Whether the broker waits to hear of something."""
        return bool(self._held)

    def connect(self, channel: Any) -> None:
        """Take a channel of a new connection: what came by an older one will come again."""
        channel.auto_decode = False  # bytes are bytes, whatever a message says of them
        self._channel, self.due = channel, 0.0
        self._forget()

    def listen(self) -> None:
        """Consume from the queue, first making it if this part may; raises what the broker says."""
        self.due = time.monotonic() + self._pause
        self._pause = min(self._pause * 2, LONGEST_PAUSE_SECONDS)
        queue = self.queue.bind(self._channel)
        queue.declare()
        self._channel.basic_qos(0, PREFETCH, False)
        queue.consume(self.queue.name, self.accept, on_cancel=self._cancelled)
        self._pause = FIRST_PAUSE_SECONDS
        self.hears = True
        self.follower.health.hears()
        self.wake()  # what was sent to nobody is in the log

    def deaf(self, why: str) -> None:
        """No messages come any more, because of `why`."""
        before = self.follower.health.unheard or ""
        if why.partition(":")[0] != before.partition(":")[0]:
            log.warning(
                at_terminal(
                    "{queue}：改读来源的日志：{why}",
                    "{queue}: reading from the log: {why}",
                    queue=self.queue.name,
                    why=why,
                )
            )
        self.hears = False
        self.follower.health.hears_nothing(why, self._now())
        self.wake()

    def disconnect(self, why: str) -> None:
        """The connection is gone."""
        self.deaf(why)
        self._channel = None
        self._forget()

    def accept(self, message: Any) -> None:
        """Take a raw broker message; an unreadable one becomes a dead letter at once."""
        body = message.body if isinstance(message.body, bytes) else message.body.encode()
        kind: object = getattr(message, "content_type", None)
        try:
            linked = cloudevents.read(self.follower.source, kind, message.headers, body)
        except ValueError as error:
            self._bury(message, str(error))
            return
        self._held[message.delivery_tag] = Held(message, time.monotonic())
        self.waiting.put((linked, message))

    def settle(self) -> None:
        """Tell the broker what is done; let go what has been held for too long."""
        while self._done:
            message, false = self._done.popleft()
            held = self._held.get(message.delivery_tag)
            if held is None or held.message is not message:
                continue  # let go meanwhile, or of an older connection
            del self._held[message.delivery_tag]
            if false:
                self._bury(message, "the log of its source has something else there")
            else:
                self._channel.basic_ack(message.delivery_tag)
        if self._held and time.monotonic() - next(iter(self._held.values())).since > HOLD_SECONDS:
            log.warning(
                at_terminal(
                    "{queue}：放下 {n} 条消息",
                    "{queue}: {n} messages let go",
                    queue=self.queue.name,
                    n=len(self._held),
                )
            )
            for tag in self._held:
                self._channel.basic_ack(tag)
            self._forget()
            self.wake()

    def _bury(self, message: Any, why: str) -> None:
        """Let a message become a dead letter."""
        self.follower.health.rejected += 1
        log.error(
            at_terminal(
                "{queue} 里有死信：{why}",
                "dead letter in {queue}: {why}",
                queue=self.queue.name,
                why=why,
            )
        )
        self._channel.basic_reject(message.delivery_tag, requeue=False)

    def _cancelled(self, _tag: str) -> None:
        self.deaf("no queue: the broker has ended the consumer")

    def _forget(self) -> None:
        self._held.clear()
        self._done.clear()
        while not self.waiting.empty():
            self.waiting.get_nowait()

    # What the applying threads do

    def batch(self) -> list[tuple[Linked, Any]]:
        """Wait for a message; return it with all others that are here, at most `BATCH`.

        A moment is given to the one that bears the seal of those before it.
        """
        items = [self.waiting.get()]
        while True:
            sealed = self.follower.holds is None or bool(items[-1][0].seal)
            if len(items) >= (BATCH if sealed else BATCH + SEALED_EVERY):
                return items
            try:
                items.append(self.waiting.get(block=not sealed, timeout=SEAL_SECONDS))
            except Empty:
                return items

    def done(self, items: Collection[tuple[Linked, Any]], false: Collection[Linked]) -> None:
        """These are applied, or let go; those among `false` are not what they say."""
        self._done.extend((message, linked in false) for linked, message in items)

    def wake(self) -> None:
        """Have the source's log looked into soon."""
        if not self._trouble.ready():
            self._trouble.send()

    def rest(self, seconds: float) -> bool:
        """Wait so long, or until somebody calls `wake`, which returns True."""
        with eventlet.Timeout(seconds, False):
            self._trouble.wait()
        woken = self._trouble.ready()
        if woken:
            self._trouble = eventlet.event.Event()
        return woken
