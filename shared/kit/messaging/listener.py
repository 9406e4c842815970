"""Listener: one connection of a part to the broker, with a channel of its own for each queue.

nameko's consumer (kombu's `ConsumerMixin`) fails as a whole at one queue that is missing, and
waits for ever for the answer of a broker that is connected and silent. Here a queue's trouble is
its own, and whatever waits for the broker waits for a limited time.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import eventlet
from kombu import Connection, Queue

from shared.kit.eventstore.lead import Lead
from shared.kit.language import Text, at_terminal
from shared.kit.messaging.inbox import Inbox
from shared.kit.outages import Outage, first_line

log = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 10  # twice as long without a sign of the broker, and it is tried again
ANSWER_SECONDS = 10
# Between two looks at what is to be acknowledged; shorter than what lies between two heartbeats
# of the broker, at each of which the wait begins anew.
IDLE_SECONDS, BUSY_SECONDS = 0.5, 0.02
AT_ONCE_SECONDS = 0.001
PAUSE_SECONDS = 1.0
OF_A_QUEUE = {"Exchange.declare", "Queue.declare", "Queue.bind", "Basic.qos", "Basic.consume"}


class Listener:
    """Brings a part's messages into its inboxes, for the life of the process."""

    def __init__(
        self,
        broker: str,
        options: dict[str, Any],
        inboxes: Sequence[Inbox],
        dead: Queue,
        lead: Lead,
    ) -> None:
        """Listen at the address `broker`, which may say `?heartbeat=`; `options` are kombu's.

        `dead` is where the broker puts what an inbox rejects. Of several processes the one that
        has the `lead` listens.
        """
        self._lead = lead
        self._broker = broker
        self._dead = dead
        self._options = options
        self._inboxes = inboxes
        self._outage = Outage(log, Text("消息队列服务", "the broker"))

    def run(self) -> None:
        """Listen for ever, and connect again whatever happens."""
        while True:
            self._lead.wait()
            connection = Connection(
                self._broker, heartbeat=HEARTBEAT_SECONDS, transport_options=self._options
            )
            try:
                self._connect(connection)
                self._outage.over()
                while self._lead.here:
                    self._turn(connection)
                self._disconnect("no lead: another process follows")
            except Exception as error:  # of the broker, the network, or a library
                why = f"no connection: {first_line(error)}"
                self._outage.failed(error, Text("听不到", "is not heard"))
                self._disconnect(why)
            finally:
                connection.collect()  # a silent broker would not answer a farewell
            eventlet.sleep(PAUSE_SECONDS)

    def _disconnect(self, why: str) -> None:
        for inbox in self._inboxes:
            inbox.disconnect(why)

    def _connect(self, connection: Connection) -> None:
        with in_time("connect"):
            connection.connect()
            for inbox in self._inboxes:
                inbox.connect(connection.channel())
            try:
                self._dead.bind(connection.channel()).declare()
            except connection.channel_errors as error:
                log.error(at_terminal("死信队列：{error}", "dead letters: {error}", error=error))

    def _turn(self, connection: Connection) -> None:
        """Take what comes next, tell what is done, and see whether the broker is alive."""
        now = time.monotonic()
        for inbox in self._inboxes:
            if not inbox.hears and now >= inbox.due:
                self._open(connection, inbox)
            inbox.settle()
        busy = any(inbox.busy for inbox in self._inboxes)
        try:
            connection.drain_events(timeout=BUSY_SECONDS if busy else IDLE_SECONDS)
        except TimeoutError:
            # Other green threads may have kept this one from what is here by now.
            with suppress(TimeoutError):
                connection.drain_events(timeout=AT_ONCE_SECONDS)
        connection.heartbeat_check()

    def _open(self, connection: Connection, inbox: Inbox) -> None:
        """Begin to consume; a queue that cannot be had is tried again later, without the others."""
        try:
            with in_time("answer"):
                inbox.listen()
        except connection.channel_errors as error:
            if getattr(error, "method_name", "") not in OF_A_QUEUE:
                raise  # another channel's: it is open again, and hears nothing
            inbox.deaf(f"no queue: {error}")


def in_time(what: str) -> eventlet.Timeout:
    """End what is in the block by an `OSError` if it waits too long for the broker."""
    return eventlet.Timeout(
        ANSWER_SECONDS, OSError(f"the broker did not {what} within {ANSWER_SECONDS} s")
    )
