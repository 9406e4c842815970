"""The subscriber: a nameko entrypoint that follows every source its service listens to.

nameko's own consumer acknowledges what failed, drops what it cannot decode and redelivers in a
hot loop. This one acknowledges after the commit and sends the undecodable to the dead letters.
A source that fails is read from its log, visibly, until it succeeds. Of several processes that serve
a part the one that has the lead follows.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import partial
from typing import Any

import eventlet
from nameko.extensions import Entrypoint

from shared.kit.contracts.chain import Linked
from shared.kit.deployment import Deployment, Instance
from shared.kit.eventstore import Policies
from shared.kit.eventstore.lead import Lead
from shared.kit.language import Text
from shared.kit.messaging import topology
from shared.kit.messaging.following import Follower
from shared.kit.messaging.inbox import Inbox
from shared.kit.messaging.listener import Listener
from shared.kit.messaging.log_client import LogClient
from shared.kit.outages import Outage
from shared.kit.service_tokens import LOG
from shared.kit.source_keys import holding

log = logging.getLogger(__name__)

STANDS_AT = Text("停在第 {position} 条", "stands at {position}")

FIRST_LOOK_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 10.0
MOST_SKIPPED = 3  # looks into the log, while messages come in


class Subscriber(Entrypoint):
    """Follows all sources of the service; the method it decorates is its name, and never called."""

    def setup(self) -> None:
        """Open an inbox for every source this part follows."""
        config: Any = self.container.config
        edge: Any = config["edge"]
        deployment: Deployment = edge.deployment
        part: Instance = edge.instance
        policies: Policies = config["policies"]
        clock, self.poll_seconds = edge.work.store.clock, deployment.poll_seconds
        declares = not part.broker
        self.now = lambda: clock.now().isoformat()
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
                topology.queue(part.source, source, declares=declares),
                self.now,
            )
            for source in deployment.sources(*config["follows"])
        ]
        self.outages = {inbox: Outage(log, inbox.follower.source) for inbox in self.inboxes}
        edge.health[:] = [inbox.follower.health for inbox in self.inboxes]
        edge.wake_followers[:] = [inbox.wake for inbox in self.inboxes]
        dead = topology.dead_queue(declares=declares)
        options = config["TRANSPORT_OPTIONS"]
        self.lead: Lead = edge.lead
        self.listener = Listener(config["AMQP_URI"], options, self.inboxes, dead, self.lead)

    def start(self) -> None:
        """Start a green thread that listens, and two a source: for messages and for its log."""
        self.listening = self.container.spawn_managed_thread(self.listener.run)
        for inbox in self.inboxes:
            lock = eventlet.semaphore.Semaphore()
            self.container.spawn_managed_thread(partial(self._apply_messages, inbox, lock))
            self.container.spawn_managed_thread(partial(self._look_into_log, inbox, lock))

    def stop(self) -> None:
        """Stop listening; what is not acknowledged comes again."""
        self.listening.kill()

    def _apply_messages(self, inbox: Inbox, lock: Any) -> None:
        while True:
            items = inbox.batch()
            with lock:
                false = self._receive(inbox, [linked for linked, _ in items])
            inbox.done(items, false)

    def _receive(self, inbox: Inbox, messages: Sequence[Linked]) -> Sequence[Linked]:
        """Apply what came; return what is false of it.

        What cannot be applied is let go, and all that comes after it: the log has it, and is
        read until that succeeds. A log that cannot be read stops no message that continues.
        """
        if not inbox.stuck:
            try:
                return inbox.follower.receive(messages)
            except Exception as error:
                inbox.stuck = True
                self._fails(inbox, error)
                inbox.wake()
        return ()

    def _look_into_log(self, inbox: Inbox, lock: Any) -> None:
        follower, seen, skipped = inbox.follower, -1, 0
        pause = again = FIRST_LOOK_SECONDS
        while True:
            woken = inbox.rest(pause)
            if not self.lead.here:
                follower.health.caught_up = False  # from now on another process goes on
                self.lead.wait()
                seen = -1
            coming = seen >= 0 and follower.health.position > seen
            if coming and inbox.hears and not woken and skipped < MOST_SKIPPED:
                seen, skipped = follower.health.position, skipped + 1
                continue  # messages are coming in
            skipped = 0
            with lock:
                try:
                    follower.catch_up()
                except Exception as error:
                    pause, again = again, min(again * 2, LONGEST_PAUSE_SECONDS)
                    self._fails(inbox, error)
                else:
                    inbox.stuck, again = False, FIRST_LOOK_SECONDS
                    pause = self.poll_seconds if inbox.hears else FIRST_LOOK_SECONDS
                    follower.health.recover()
                    self.outages[inbox].over()
            seen = follower.health.position

    def _fails(self, inbox: Inbox, error: Exception) -> None:
        health = inbox.follower.health
        health.fail(error, self.now())
        self.outages[inbox].failed(error, STANDS_AT.format(position=health.position))


subscriber = Subscriber.decorator
