"""Chain of a source: each event's link is a hash over the event and the link before it.

It stands beside the events, never in their bytes. Whoever knows the link of one position knows
whether anything before it was changed, left out, put in or put elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import NamedTuple

POSITION_BYTES = 8


class Linked(NamedTuple):
    """An event as it is handed on: its position in its source, its stored bytes, its link.

    `seal` is the source's signature over position and link, which a broker's messages bear now and
    then; what comes from the source itself needs none.
    """

    position: int
    body: bytes
    link: bytes
    seal: str = ""


def beginning(source: str) -> bytes:
    """Return what the first event of a source is chained to: no two sources share it."""
    return sha256(b"vaxledger source chain v1\n" + source.encode()).digest()


def next_link(before: bytes, position: int, body: bytes) -> bytes:
    """Return the link of an event that follows the link `before` (32 bytes, SHA-256)."""
    return sha256(before + position.to_bytes(POSITION_BYTES, "big") + body).digest()


def chained(before: bytes, events: Iterable[tuple[int, bytes]]) -> Iterator[Linked]:
    """Chain events (position, body) that follow the link `before`, in order."""
    for position, body in events:
        before = next_link(before, position, body)
        yield Linked(position, body, before)
