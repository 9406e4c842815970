"""The envelope: the one JSON document an event is, in the store, on the wire and in the ledger."""

from __future__ import annotations

import json
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple

from shared.kit.contracts.catalogue import Catalogue, ContractError, UnknownEvent, catalogue

# These names are the storage format.
KEYS = (
    "event",
    "version",
    "stream",
    "stream_version",
    "occurred_at",
    "recorded_at",
    "actor",
    "command",
    "correlation",
    "causation",
    "data",
)


_PARTS = itemgetter(*KEYS)  # in the order of the fields of `Event`
_write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


NOT_THEIRS = "NotTheirsToSay"
"""What every reader gets for an event that its source may not say: nothing acts on this name.

Its data are `event`, the name it bears, and `why` it does not count.
"""
LONG_AGO = "1970-01-01T00:00:00+00:00"
"""When an event was recorded that does not say so."""


class Undecodable(ContractError):
    """The bytes are not an event envelope."""


class Event(NamedTuple):
    """An event as every reader sees it: header, and data in the newest version's JSON shape.

    `source` and `position` say where it stands: `appointments/stadium`, 4711. Times are ISO 8601
    with offset. `data` holds JSON values (dates are text). `name` is what the event is called
    today, `version` that of its stored form, which `body` is.
    """

    source: str
    position: int
    name: str
    version: int
    stream: str
    stream_version: int
    occurred_at: str
    recorded_at: str
    actor: str
    command: str
    correlation: str
    causation: str | None
    data: dict[str, Any]
    body: bytes

    @property
    def id(self) -> str:
        """Name of this event among all events: `<source>:<position>`."""
        return f"{self.source}:{self.position}"

    def sealed(self, field: str) -> str | None:
        """A sealed field with the place it is bound to, for `shared.town.privacy` to open later."""
        text = self.data.get(field)
        if text is None:
            return None
        return "|".join((self.stream, str(self.stream_version), self.name, field, text))


def encode(document: dict[str, Any]) -> bytes:
    """Return the bytes of an envelope whose keys stand in the order of `KEYS`."""
    return _write(document).encode()


def event_of(source: str, position: int, document: dict[str, Any], body: bytes) -> Event:
    """Return the event that an envelope of the newest version is, once it has its position."""
    name, version, *header, data = _PARTS(document)
    return Event._make((source, position, name, version, *header, data, body))


def decode(source: str, position: int, body: bytes, contracts: Catalogue = catalogue) -> Event:
    """Read the bytes of an event; raise `Undecodable` or `UnknownEvent`.

    One that is another's to say becomes `NOT_THEIRS`, before anything sees what it claims.
    """
    try:
        name, version, *header, data = _PARTS(json.loads(body))
    except (ValueError, KeyError, TypeError) as error:
        raise Undecodable(f"{source}:{position} is not an event: {error!r}") from error
    name, data = contracts.upcast(name, version, data)
    if (why := contracts.why_not_theirs(source, name, data)) is not None:
        name, data = NOT_THEIRS, {"event": name, "why": why}
    return Event._make((source, position, name, version, *header, data, body))


def heard(source: str, position: int, body: bytes, contracts: Catalogue = catalogue) -> Event:
    """Read an event that another part tells; raise `UnknownEvent`.

    What does not keep its contract does not count either: it becomes `NOT_THEIRS`, so that no
    source can stop those who follow it.
    """
    try:
        event = decode(source, position, body, contracts)
        _check_header(event)
        if event.name != NOT_THEIRS:
            contracts.latest(event.name).check(event.data)
    except UnknownEvent:
        raise
    except (ContractError, ValueError, TypeError) as error:
        why = f"it does not keep its contract: {error}"[:500]
        header = (LONG_AGO, LONG_AGO, source, "", "")
        data = {"event": "?", "why": why}
        return Event(source, position, NOT_THEIRS, 1, source, 0, *header, None, data, body)
    return event


def _check_header(event: Event) -> None:
    """Raise `ValueError`, `TypeError` or `ContractError` for what nobody could store or look for."""
    moments = map(datetime.fromisoformat, (event.recorded_at, event.occurred_at))
    texts = (event.stream, event.actor, event.command, event.correlation)
    if any(each.tzinfo is None for each in moments) or not all(type(each) is str for each in texts):
        raise ContractError("times without offset, or names that are no texts")
