"""The broker as its operator sees it: how long queues are, who listens, what is missing."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import pika
from pika.adapters.blocking_connection import BlockingChannel, BlockingConnection
from pika.exceptions import ChannelClosedByBroker

from shared.kit.messaging import topology
from shared.kit.messaging.pika_publisher import declare

ANSWER_SECONDS = 5


class QueueState(NamedTuple):
    """How many messages wait in a queue, and how many consumers it has."""

    messages: int
    consumers: int


@contextmanager
def connected(broker: str) -> Iterator[BlockingConnection]:
    """Connect for a short errand; a broker that falls silent meanwhile raises `AMQPError`."""
    parameters = pika.URLParameters(broker)
    parameters.heartbeat = ANSWER_SECONDS
    parameters.socket_timeout = parameters.stack_timeout = ANSWER_SECONDS
    parameters.blocked_connection_timeout = ANSWER_SECONDS
    connection = pika.BlockingConnection(parameters)
    try:
        yield connection
    finally:
        if connection.is_open:
            connection.close()


def states(broker: str, names: Collection[str]) -> dict[str, QueueState | None]:
    """Return how each of the queues is; None: there is no such queue."""
    with connected(broker) as connection:
        return {name: _state(connection, name) for name in names}


def _state(connection: BlockingConnection, name: str) -> QueueState | None:
    channel = connection.channel()
    try:
        said = channel.queue_declare(name, passive=True).method
    except ChannelClosedByBroker:
        return None
    channel.close()
    return QueueState(said.message_count, said.consumer_count)


def declare_missing(
    broker: str, sources: Collection[str], follows: topology.Follows
) -> dict[str, str | None]:
    """Declare every exchange and queue; return the queues, each with why it could not be made.

    What is there already stays as it is, with its messages.
    """
    made: dict[str, str | None] = {}
    with connected(broker) as connection:
        channel = connection.channel()
        for source in sources:
            for follower in topology.subscribers(source, sources, follows):
                name = topology.queue_name(follower, source)
                made[name] = _refusal(channel, source, follower)
                if made[name]:
                    channel = connection.channel()
    return made


def _refusal(channel: BlockingChannel, source: str, follower: str) -> str | None:
    try:
        declare(channel, source, [follower])
    except ChannelClosedByBroker as error:
        return error.reply_text
    return None
