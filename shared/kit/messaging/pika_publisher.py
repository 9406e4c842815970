"""Publishing to RabbitMQ with a window of outstanding confirms.

Waiting for each confirm gives about 900 events/s; a window of 1,000 on quorum queues 15,000 and
more (docs/adr/0003). pika's asynchronous connection is driven here one batch at a time.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pika
from pika.adapters.select_connection import SelectConnection
from pika.channel import Channel
from pika.exceptions import AMQPError

from shared.kit.contracts import Event, decode
from shared.kit.contracts.chain import Linked
from shared.kit.language import at_terminal
from shared.kit.messaging import cloudevents, topology
from shared.kit.source_keys import SEALED_EVERY, Seal

log = logging.getLogger(__name__)

CONFIRM_SECONDS = 30
HEARTBEAT_SECONDS = 10
PERSISTENT = 2


class NotConfirmed(Exception):
    """The broker did not take the events; they stay in the store and are published again."""


class PikaPublisher:
    """Publishes one source's events and waits until the broker has confirmed all of a batch."""

    def __init__(
        self,
        broker: str,
        source: str,
        followers: Sequence[str],
        seal: Seal,
        *,
        declares: bool = True,
    ) -> None:
        """Connect when first needed; `followers` are the parts that follow the source.

        `seal` signs the last event of a batch, and some within. `declares`: make exchanges and
        queues that are missing.
        """
        self._seal = seal
        self._declares = declares
        self._refused = False  # by the broker, while declaring
        self._parameters = pika.URLParameters(broker)
        if self._parameters.heartbeat is None:
            self._parameters.heartbeat = HEARTBEAT_SECONDS
        self._source = source
        self._followers = list(followers)
        self._exchange = topology.source_exchange(source)
        self._connection: Any = None
        self._channel: Any = None
        self._outstanding: set[int] = set()
        self._sent = 0
        self._failure: str | None = None

    def publish(self, events: Sequence[Linked]) -> None:
        """Publish in order; return when all are confirmed, raise `NotConfirmed` otherwise."""
        with self._connected():
            for each in events:
                sealed = each.position % SEALED_EVERY == 0 or each is events[-1]
                seal = self._seal(each) if sealed else ""
                event = decode(self._source, each.position, each.body)
                self._send(event, cloudevents.headers(event, each.link, seal))
            self._run(lambda: not self._outstanding, CONFIRM_SECONDS)

    def serve(self, seconds: float) -> None:
        """Answer heartbeats for a while; connect first, so that a dead broker shows at once."""
        with self._connected():
            self._run(lambda: False, seconds, expected=True)

    @contextmanager
    def _connected(self) -> Iterator[None]:
        """Connect if need be; after whatever failure the next batch connects anew."""
        try:
            if self._channel is None:
                self._open()
            yield
        except (AMQPError, OSError, NotConfirmed) as error:
            self.close()
            raise NotConfirmed(f"{self._source}: {error!r}") from error

    def close(self) -> None:
        """Drop the connection; the next batch connects anew."""
        connection, self._connection, self._channel = self._connection, None, None
        self._outstanding.clear()
        if connection is not None and connection.is_open:
            connection.close()
            connection.ioloop.call_later(1, connection.ioloop.stop)
            connection.ioloop.start()
        self._sent, self._failure = 0, None

    def _send(self, event: Event, headers: dict[str, str | int]) -> None:
        self._sent += 1
        self._outstanding.add(self._sent)
        self._channel.basic_publish(
            self._exchange,
            event.name,
            event.body,
            pika.BasicProperties(
                content_type=cloudevents.CONTENT_TYPE,
                content_encoding="utf-8",
                headers=headers,
                message_id=event.id,
                delivery_mode=PERSISTENT,
            ),
            mandatory=True,
        )

    def _open(self) -> None:
        """Connect and declare; what is there, of another kind than ours, is its follower's trouble."""
        try:
            self._connect(declares=self._declares)
        except NotConfirmed as error:
            if not (self._declares and self._refused):
                raise
            log.error(
                at_terminal(
                    "{source}：未能建立队列：{error}",
                    "{source}: not declared: {error}",
                    source=self._source,
                    error=error,
                )
            )
            self.close()
            self._connect(declares=False)

    def _connect(self, *, declares: bool) -> None:
        self._refused = False
        self._connection = SelectConnection(
            self._parameters,
            on_open_callback=lambda connection: connection.channel(
                on_open_callback=lambda channel: self._channel_opened(channel, declares=declares)
            ),
            on_open_error_callback=lambda _, error: self._fail(f"cannot connect: {error!r}"),
            on_close_callback=lambda _, reason: self._fail(f"connection closed: {reason!r}"),
        )
        self._run(lambda: self._channel is not None, CONFIRM_SECONDS)

    def _channel_opened(self, channel: Channel, *, declares: bool) -> None:
        channel.add_on_close_callback(lambda _, reason: self._closed(reason))
        channel.add_on_return_callback(self._returned)
        if declares:
            declare(channel, self._source, self._followers)
        channel.confirm_delivery(self._confirmed, callback=lambda _frame: self._ready(channel))

    def _closed(self, reason: Exception) -> None:
        self._refused = self._channel is None
        self._fail(f"channel closed: {reason!r}")

    def _ready(self, channel: Channel) -> None:
        self._channel = channel
        self._connection.ioloop.stop()

    def _confirmed(self, frame: Any) -> None:
        tag, multiple = frame.method.delivery_tag, frame.method.multiple
        if "Nack" in type(frame.method).__name__:
            self._fail(f"the broker refused message {tag}")
        elif multiple:
            self._outstanding = {one for one in self._outstanding if one > tag}
        else:
            self._outstanding.discard(tag)
        if not self._outstanding:
            self._connection.ioloop.stop()

    def _returned(self, _channel: Any, method: Any, properties: Any, _body: bytes) -> None:
        self._fail(f"no queue for {properties.message_id} ({method.routing_key})")

    def _fail(self, why: str) -> None:
        self._failure = self._failure or why
        if self._connection is not None:
            self._connection.ioloop.stop()

    def _run(self, done: Callable[[], bool], seconds: float, *, expected: bool = False) -> None:
        """Drive the connection until `done`, a failure, or the time is over."""
        if not done():
            loop = self._connection.ioloop
            timer = loop.call_later(seconds, loop.stop)
            loop.start()
            loop.remove_timeout(timer)
        if self._failure:
            raise NotConfirmed(self._failure)
        if not done() and not expected:
            raise NotConfirmed(f"no answer from the broker within {seconds} s")


def declare(channel: Any, source: str, followers: list[str]) -> None:
    """Declare a source's exchanges, its followers' queues, and the dead letters' place."""
    exchange = topology.source_exchange(source)
    service = topology.service_exchange(source.partition("/")[0])
    for name in {exchange, service, topology.DEAD}:
        channel.exchange_declare(name, "topic", durable=True)
    if service != exchange:
        channel.exchange_bind(service, exchange, "#")
    channel.queue_declare(topology.DEAD, durable=True, arguments={"x-queue-type": "quorum"})
    channel.queue_bind(topology.DEAD, topology.DEAD, "#")
    for follower in followers:
        name = topology.queue_name(follower, source)
        channel.queue_declare(name, durable=True, arguments=topology.queue_arguments())
        channel.queue_bind(name, exchange, "#")
