"""A record that is of the same person as another. The event and field names are the storage format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate, event

from services.registration.domain.match_refusals import MergedElsewhere, NotMerged, SameRecord

LINKS = UUID("4d7e2b90-5c1a-5e3f-9b28-6a0f1d2c3b04")


class Link(Aggregate):
    """Where a record has yielded to: `into` is the record that stays, None while it stands alone."""

    into: UUID | None

    @staticmethod
    def create_id(resident: UUID) -> UUID:
        """One stream a record that yields."""
        return uuid5(LINKS, str(resident))

    def begin(self) -> None:
        """The record stands alone."""
        self.into = None

    def merge(self, resident: UUID, into: UUID, doses: Sequence[Mapping[str, object]]) -> bool:
        """Yield to `into`; False when already so. Raises `SameRecord`, `MergedElsewhere`."""
        if resident == into:
            raise SameRecord
        if self.into == into:
            return False
        if self.into is not None:
            raise MergedElsewhere(into=str(self.into))
        self._on_merged(resident, into, list(doses))
        return True

    def undo(self, resident: UUID) -> UUID:
        """Stand alone again; return the record it had yielded to. Raises `NotMerged`."""
        if self.into is None:
            raise NotMerged
        into = self.into
        self._on_undone(resident, into)
        return into

    @event("ResidentsMerged")
    def _on_merged(self, resident: UUID, into: UUID, doses: list[Mapping[str, object]]) -> None:
        self.into = into

    @event("MergeUndone")
    def _on_undone(self, resident: UUID, into: UUID) -> None:
        self.into = None
