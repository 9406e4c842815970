"""Keys handed to another part. The event and field names are the storage format."""

from __future__ import annotations

from eventsourcing.domain import Aggregate, event


class KeyHandout(Aggregate):
    """One answer that gave another part keys of residents."""

    @event("KeysHandedOut")
    def __init__(self, part: str, asked: int, withheld: int, in_hour: int) -> None:
        """Record who asked for how many residents' keys, and of how many it got none."""
