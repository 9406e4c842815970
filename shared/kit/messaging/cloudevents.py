"""CloudEvents 1.0 attributes of an event, as AMQP headers (binary content mode)."""

from __future__ import annotations

from shared.kit.contracts import Event

PREFIX = "cloudEvents_"
CONTENT_TYPE = "application/json"


def headers(event: Event) -> dict[str, str | int]:
    """Return the message headers of an event; `position` is the source's own counter."""
    attributes: dict[str, str | int | None] = {
        "specversion": "1.0",
        "id": event.id,
        "source": event.source,
        "type": event.name,
        "time": event.occurred_at,
        "subject": event.stream,
        "dataschema": f"/events/{event.name}.v{event.version}",
        "position": event.position,
        "correlation": event.correlation,
        "causation": event.causation,
    }
    return {PREFIX + name: value for name, value in attributes.items() if value is not None}


def origin(message_headers: dict[str, object]) -> tuple[str, int]:
    """Return (source, position) of a message; raise `ValueError` if it does not say."""
    try:
        source, position = message_headers[PREFIX + "source"], message_headers[PREFIX + "position"]
        return str(source), int(str(position))
    except KeyError as missing:
        raise ValueError(f"message without header {missing}") from None
