"""CloudEvents 1.0 attributes of an event, as AMQP headers (binary content mode)."""

from __future__ import annotations

from collections.abc import Mapping

from shared.kit.contracts import Event
from shared.kit.contracts.chain import Linked

PREFIX = "cloudEvents_"
CONTENT_TYPE = "application/json"
LAST_POSITION = 2**53  # the last whole number that every reader of JSON agrees on
LARGEST_BYTES = 4 * 2**20  # no event is larger: what makes one comes in bodies of a megabyte
_SOURCE, _POSITION, _LINK, _SEAL = (
    PREFIX + name for name in ("source", "position", "link", "seal")
)


def headers(event: Event, link: bytes, seal: str = "") -> dict[str, str | int]:
    """Return the message headers of an event.

    `position` is the source's own counter, `link` the event's place in the source's chain, `seal`
    the source's signature over both.
    """
    attributes: dict[str, str | int | None] = {
        "specversion": "1.0",
        "id": event.id,
        "source": event.source,
        "type": event.name,
        "time": event.occurred_at,
        "subject": event.stream,
        "dataschema": f"/events/{event.name}.v{event.version}",
        "position": event.position,
        "link": link.hex(),
        "seal": seal or None,
        "correlation": event.correlation,
        "causation": event.causation,
    }
    return {PREFIX + name: value for name, value in attributes.items() if value is not None}


def read(
    source: str, content_type: object, headers: Mapping[str, object] | None, body: bytes
) -> Linked:
    """Return the event of a message from a queue of `source`; raise `ValueError` if it holds none.

    Nothing is decompressed or decoded for it: ours are plain JSON, and whatever else is none.
    """
    if len(body) > LARGEST_BYTES:
        raise ValueError(f"{len(body)} bytes, larger than any event")
    if headers is None:
        raise ValueError("message without headers")
    if content_type != CONTENT_TYPE or "compression" in headers:
        raise ValueError(f"not plain {CONTENT_TYPE}: {content_type!r}")
    said, linked = origin(headers, body)
    if said != source:
        raise ValueError(f"message of {said!r} in a queue of {source}")
    return linked


def origin(message_headers: Mapping[str, object], body: bytes) -> tuple[str, Linked]:
    """Return a message's source and event; raise `ValueError` if it does not say."""
    try:
        source, position = str(message_headers[_SOURCE]), message_headers[_POSITION]
    except KeyError as missing:
        raise ValueError(f"message without header {missing}") from None
    if not isinstance(position, int) or not 0 < position <= LAST_POSITION:
        raise ValueError(f"no event has position {position!r}")
    # One from before the chain has no link; the source's log tells whether it is true.
    link = bytes.fromhex(str(message_headers.get(_LINK, "")))
    return source, Linked(position, body, link, str(message_headers.get(_SEAL, "")))
