"""The subscriber: a nameko entrypoint that follows every source its service listens to.

nameko's own consumer acknowledges what failed, drops what it cannot decode and redelivers in a
hot loop. This one acknowledges after the commit, sends the undecodable to the dead letters,
and holds a failing message until it succeeds, visibly.
"""

from __future__ import annotations

import logging
from functools import partial
from typing import Any

import eventlet
from eventlet.queue import Empty, LightQueue
from nameko.extensions import Entrypoint
from nameko.messaging import QueueConsumer

from shared.kit.contracts.chain import Linked
from shared.kit.deployment import Deployment, Instance
from shared.kit.eventstore import Policies
from shared.kit.messaging import cloudevents, topology
from shared.kit.messaging.following import BATCH, Follower
from shared.kit.messaging.log_client import LogClient
from shared.kit.service_tokens import LOG
from shared.kit.source_keys import SEALED_EVERY, holding

log = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.2, 10.0
PREFETCH = 500
FIRST_LOOK_SECONDS = 1.0
SEAL_SECONDS = 0.05
MOST_SKIPPED = 3  # looks into the log, while messages come in


class Inbox:
    """One queue of one source: what came, waiting to be applied and acknowledged."""

    def __init__(self, follower: Follower, queue: Any) -> None:
        """Feed `follower` from the kombu `queue`."""
        self.follower = follower
        self.queue = queue
        self.waiting: Any = LightQueue()

    def accept(self, message: Any) -> None:
        """Take a raw broker message; an undecodable one becomes a dead letter at once."""
        try:
            body = message.body if isinstance(message.body, bytes) else message.body.encode()
            source, linked = cloudevents.origin(message.headers, body)
            if source != self.follower.source:
                raise ValueError(f"message of {source} in the queue of {self.follower.source}")
        except (ValueError, AttributeError) as error:
            self.bury(message, str(error))
            return
        self.waiting.put((linked, message))

    def bury(self, message: Any, why: str) -> None:
        """Let a message become a dead letter."""
        self.follower.health.rejected += 1
        log.error("dead letter in %s: %s", self.queue.name, why)
        message.reject()

    def batch(self) -> list[tuple[Linked, Any]]:
        """Wait for a message; return it with all others that are here, at most `BATCH`.

        A moment is given to the one that bears the seal of those before it.
        """
        items = [self.waiting.get()]
        self.gather(items, BATCH)
        return items

    def gather(self, items: list[tuple[Linked, Any]], most: int) -> None:
        """Add what has come meanwhile, up to `most` and on to the next seal."""
        while True:
            sealed = self.follower.holds is None or bool(items[-1][0].seal)
            if len(items) >= (most if sealed else most + SEALED_EVERY):
                return
            try:
                items.append(self.waiting.get(block=not sealed, timeout=SEAL_SECONDS))
            except Empty:
                return


class EventQueueConsumer(QueueConsumer):
    """nameko's queue consumer, handing raw messages to inboxes in the order they come."""

    prefetch_count = PREFETCH

    @property
    def declares(self) -> bool:
        """Whether this part makes the queues it needs, or finds them there."""
        return not self.container.config["edge"].instance.broker

    def get_consumers(self, consumer_cls: Any, channel: Any) -> list[Any]:
        """Set up one kombu consumer for each inbox; called after every (re)connection."""
        self._consumers = {}
        if self.declares:
            topology.dead_queue().bind(channel).declare()
        for provider in self._providers:
            consumers: list[Any] = []
            for inbox in provider.inboxes:
                consumer = consumer_cls(queues=[inbox.queue], on_message=inbox.accept)
                consumer.qos(prefetch_count=PREFETCH)
                consumers.append(consumer)
            self._consumers[provider] = _Together(consumers)
        return [consumer for group in self._consumers.values() for consumer in group]

    def handle_message(self, provider: Any, body: Any, message: Any) -> None:
        """Never used: inboxes take raw messages."""
        raise NotImplementedError


class _Together(list[Any]):
    """Several consumers that are cancelled as one."""

    def cancel(self) -> None:
        for consumer in self:
            consumer.cancel()


class Subscriber(Entrypoint):
    """Follows all sources of the service; the method it decorates is its name, and never called."""

    queue_consumer = EventQueueConsumer()

    def setup(self) -> None:
        """Open an inbox for every source this part follows."""
        edge: Any = self.container.config["edge"]
        deployment: Deployment = edge.deployment
        part: Instance = edge.instance
        policies: Policies = self.container.config["policies"]
        self.clock = edge.work.store.clock
        self.poll_seconds = deployment.poll_seconds
        self.inboxes = [
            Inbox(
                Follower(
                    edge.work,
                    policies,
                    source,
                    LogClient(
                        deployment.part(source).url, deployment.asking(part.source, source, LOG)
                    ),
                    None if deployment.embedded else holding(edge.key_of, source),
                ),
                topology.queue(part.source, source, declares=not part.broker),
            )
            for source in deployment.sources(*self.container.config["follows"])
        ]
        edge.health[:] = [inbox.follower.health for inbox in self.inboxes]
        self.queue_consumer.register_provider(self)

    def start(self) -> None:
        """Start one green thread a source for messages and one for looking into its log."""
        for inbox in self.inboxes:
            lock = eventlet.semaphore.Semaphore()
            self.container.spawn_managed_thread(partial(self._apply_messages, inbox, lock))
            self.container.spawn_managed_thread(partial(self._look_into_log, inbox, lock))

    def stop(self) -> None:
        """Stop consuming."""
        self.queue_consumer.unregister_provider(self)

    def _apply_messages(self, inbox: Inbox, lock: Any) -> None:
        while True:
            items = inbox.batch()
            with lock:
                false = self._receive(inbox, items)
            for linked, message in items:
                self._settle(inbox, message, false=linked in false)

    def _look_into_log(self, inbox: Inbox, lock: Any) -> None:
        follower, seen, pause, skipped = inbox.follower, None, FIRST_LOOK_SECONDS, 0
        while True:
            eventlet.sleep(pause)
            pause = self.poll_seconds
            coming = seen is not None and follower.health.position > seen
            if coming and skipped < MOST_SKIPPED:
                seen, skipped = follower.health.position, skipped + 1
                continue  # messages are coming in
            skipped = 0
            seen = follower.health.position
            with lock:
                try:
                    follower.catch_up()
                except Exception as error:
                    pause = FIRST_LOOK_SECONDS
                    follower.health.fail(error, self.clock.now().isoformat())
                    log.warning("%s: %s", follower.source, follower.health.failing)
                else:
                    follower.health.recover()

    def _receive(self, inbox: Inbox, items: list[tuple[Linked, Any]]) -> list[Linked]:
        """Apply what came, again with growing pauses and with what has come meanwhile.

        While it fails the follower's health says so. What this did not find failing, a look into
        the log found, and only the next look can clear.
        """
        follower, pause, failed = inbox.follower, FIRST_PAUSE_SECONDS, False
        while True:
            try:
                false = follower.receive([linked for linked, _ in items])
            except Exception as error:
                failed = True
                follower.health.fail(error, self.clock.now().isoformat())
                log.error("%s stands at %s", follower.source, follower.health.failing)
                eventlet.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
                inbox.gather(items, PREFETCH)
            else:
                if failed:
                    follower.health.recover()
                return false

    def _settle(self, inbox: Inbox, message: Any, *, false: bool) -> None:
        """Acknowledge, or bury what is false; on a lost connection the message comes again."""
        if message.channel is not None and message.channel.connection:
            try:
                if false:
                    inbox.bury(message, "the log of its source has something else there")
                else:
                    message.ack()
            except OSError as error:
                log.warning("not acknowledged, will come again: %s", error)


subscriber = Subscriber.decorator
