"""Dead letters: what a subscriber could not even read, kept for an operator."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pika
from pika.adapters.blocking_connection import BlockingChannel
from pika.spec import Basic, BasicProperties

from shared.kit.messaging import topology

EXCERPT_BYTES = 200


def _letters(channel: BlockingChannel) -> Iterator[tuple[Basic.GetOk, BasicProperties, bytes]]:
    while True:
        letter = channel.basic_get(topology.DEAD)
        if letter[0] is None:
            return
        yield letter


def _origin(properties: BasicProperties) -> dict[str, Any]:
    deaths: list[dict[str, Any]] = (properties.headers or {}).get("x-death") or [{}]
    return deaths[0]


def dead_letters(broker: str) -> list[dict[str, Any]]:
    """List the dead letters without removing them: queue, reason, message id, excerpt."""
    connection = pika.BlockingConnection(pika.URLParameters(broker))
    try:
        return [
            {
                "queue": _origin(properties).get("queue"),
                "reason": _origin(properties).get("reason"),
                "message_id": properties.message_id,
                "excerpt": body[:EXCERPT_BYTES].decode(errors="replace"),
            }
            for _method, properties, body in _letters(connection.channel())
        ]
    finally:
        connection.close()


def replay_dead_letters(broker: str) -> int:
    """Put every dead letter back into the queue it died in; return how many there were.

    A letter leaves the dead letters only after the broker has confirmed its copy.
    """
    connection = pika.BlockingConnection(pika.URLParameters(broker))
    try:
        channel = connection.channel()
        channel.confirm_delivery()
        count = 0
        for method, properties, body in list(_letters(channel)):
            queue = _origin(properties).get("queue")
            if queue:
                headers = dict(properties.headers or {})
                headers.pop("x-death", None)
                properties.headers = headers
                channel.basic_publish("", queue, body, properties, mandatory=True)
                channel.basic_ack(method.delivery_tag)
                count += 1
        return count
    finally:
        connection.close()
