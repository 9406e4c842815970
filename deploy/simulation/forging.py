"""What somebody puts into a queue who owns the broker, or one part's database."""

from __future__ import annotations

import json
from collections.abc import Sequence

from deploy.simulation.broker import Message, message_of
from deploy.simulation.town import secret_of
from shared.kit.contracts.chain import Linked, beginning, next_link
from shared.kit.messaging import cloudevents
from shared.kit.source_keys import sealing

KINDS = ("next link", "next link", "bytes", "moved seal", "reused", "far", "unreadable", "tampered")


def forged(
    source: str, said: Sequence[Linked], at: int, kind: str, sealed: Sequence[Message]
) -> Message | None:
    """Return a false message of a kind about a source that has said this; None if it cannot be.

    `at` is the position that a follower has reached, `sealed` true messages that lie in its queue.
    """
    if not said:
        return None
    known = said[min(max(at, 1), len(said)) - 1]
    before = said[min(at, len(said)) - 1].link if at else beginning(source)
    if kind == "unreadable":
        return Message({cloudevents.PREFIX + "source": "nobody"}, b"\x00", kind)
    if kind == "far":
        return message_of(source, known._replace(position=2**53), "", kind)
    if kind == "tampered":
        return _tampered(sealed)
    body = _other(known.body)
    if kind == "bytes":
        return message_of(source, known._replace(body=body), "", kind)
    if kind == "reused":
        here = said[known.position - 2].link if known.position > 1 else beginning(source)
        link = next_link(here, known.position, body)
        return message_of(source, Linked(known.position, body, link), "", kind)
    linked = Linked(at + 1, body, next_link(before, at + 1, body))
    # Its owner's seal is not to be had: none, one of another event, or one of another secret.
    seal = "" if kind == "next link" else sealing(secret_of("forger"), source)(linked)
    return message_of(source, linked, seal, kind)


def _tampered(sealed: Sequence[Message]) -> Message | None:
    """A true message with its true link and seal, and other bytes."""
    for message in sealed:
        if cloudevents.PREFIX + "seal" in message.headers and not message.forged:
            return message._replace(body=_other(message.body), forged="tampered")
    return None


def _other(body: bytes) -> bytes:
    document = json.loads(body)
    document["actor"] = "forger"
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
