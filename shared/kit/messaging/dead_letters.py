"""Dead letters: what a subscriber could not read or found to be false, kept for an operator.

A letter leaves only when an operator drops it, or when the broker has confirmed its copy.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import NackError, UnroutableError
from pika.spec import BasicProperties

from shared.kit.contracts.chain import Linked
from shared.kit.messaging import cloudevents, topology
from shared.kit.messaging.broker import connected

EXCERPT_BYTES = 200
MOST = 1000  # letters looked at in one go, the oldest first
OF_DEATH = "x-death", "x-first-death-exchange", "x-first-death-queue", "x-first-death-reason"


class Letter(NamedTuple):
    """A dead letter: the queue it died in, why the broker says so, and the message itself."""

    id: str
    queue: str
    reason: str
    properties: BasicProperties
    body: bytes

    @property
    def follower(self) -> str:
        """The part it was meant for."""
        return self.queue.partition("<-")[0]

    @property
    def source(self) -> str:
        """The source it should have come from."""
        return self.queue.partition("<-")[2]

    def event(self) -> Linked:
        """Return the event it holds; raises `ValueError` saying why it holds none."""
        said = self.properties
        return cloudevents.read(self.source, said.content_type, said.headers, self.body)


def dead_letters(broker: str) -> list[Letter]:
    """Return the oldest dead letters, at most `MOST`, without removing them."""
    with connected(broker) as connection:
        return [letter for letter, _tag in _letters(connection.channel())]


def drop(broker: str, unwanted: Callable[[Letter], bool]) -> list[Letter]:
    """Remove the letters that are unwanted; return them."""
    return _leaving(broker, lambda _channel, letter: unwanted(letter))


def replay(broker: str, wanted: Callable[[Letter], bool]) -> list[Letter]:
    """Put letters back into the queues they died in; return those that the broker has taken.

    One whose queue is gone stays. One that is followed already is only a duplicate there.
    """
    return _leaving(broker, lambda channel, letter: wanted(letter) and _sent(channel, letter))


def _leaving(broker: str, leaves: Callable[[BlockingChannel, Letter], bool]) -> list[Letter]:
    gone: list[Letter] = []
    with connected(broker) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        for letter, tag in list(_letters(channel)):
            if leaves(channel, letter):
                channel.basic_ack(tag)
                gone.append(letter)
    return gone


def _letters(channel: BlockingChannel) -> Iterator[tuple[Letter, int]]:
    """The letters that are there now; those that die meanwhile are for the next time."""
    number = channel.queue_declare(topology.DEAD, passive=True).method.message_count
    for _ in range(min(number, MOST)):
        method, properties, body = channel.basic_get(topology.DEAD)
        if method is None:
            return
        assert properties is not None
        assert body is not None
        yield _letter(properties, body), method.delivery_tag


def _letter(properties: BasicProperties, body: bytes) -> Letter:
    headers: Mapping[str, Any] = properties.headers or {}
    deaths: list[dict[str, Any]] = headers.get("x-death") or [{}]
    queue, reason = (str(deaths[0].get(name, "")) for name in ("queue", "reason"))
    known = f"{queue}\n{properties.message_id}\n{headers.get(cloudevents.PREFIX + 'position')}\n"
    number = hashlib.sha256(known.encode() + body).hexdigest()[:12]
    return Letter(number, queue, reason, properties, body)


def _sent(channel: BlockingChannel, letter: Letter) -> bool:
    headers = {
        name: value
        for name, value in (letter.properties.headers or {}).items()
        if name not in OF_DEATH
    }
    properties = BasicProperties(
        content_type=letter.properties.content_type,
        content_encoding=letter.properties.content_encoding,
        headers=headers,
        message_id=letter.properties.message_id,
        delivery_mode=letter.properties.delivery_mode,
    )
    try:
        channel.basic_publish("", letter.queue, letter.body, properties, mandatory=True)
    except (UnroutableError, NackError):
        return False
    return True
