"""Publishing inside one process: the embedded default's broker is kombu's `memory://`."""

from __future__ import annotations

from collections.abc import Sequence

from kombu import Connection, Exchange, Producer

from shared.kit.contracts import decode
from shared.kit.contracts.chain import Linked
from shared.kit.messaging import cloudevents, topology


class MemoryPublisher:
    """Puts events into the queues of the process; there is nothing to wait for."""

    def __init__(self, source: str, followers: Sequence[str]) -> None:
        """Declare the source's exchange and the queues of all who follow it."""
        self._source = source
        self._channel = Connection("memory://").channel()
        self._exchange = Exchange(topology.source_exchange(source), type="topic", durable=True)
        for subscriber in followers:
            topology.queue(subscriber, source).bind(self._channel).declare()
        self._producer = Producer(self._channel, self._exchange)

    def publish(self, events: Sequence[Linked]) -> None:
        """Put the events into every follower's queue."""
        for each in events:
            event = decode(self._source, each.position, each.body)
            self._producer.publish(
                event.body,
                routing_key=event.name,
                headers=cloudevents.headers(event, each.link),
                content_type=cloudevents.CONTENT_TYPE,
                content_encoding="utf-8",
                message_id=event.id,
            )
