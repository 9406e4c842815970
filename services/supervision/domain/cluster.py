"""Clusters of alike reactions. The event and field names are the storage format."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate, event

CLUSTERS = UUID("5d0b7c3e-91a4-5f26-8e1d-7a60c2b94f35")


class Alike(NamedTuple):
    """What the reactions of a cluster have in common: the sign, and one site or batch (`kind`)."""

    kind: str
    place: str
    sign: str
    other: str | None


class Cluster(Aggregate):
    """Several people with the same sign; suspected once."""

    suspected: bool

    @staticmethod
    def create_id(alike: Alike, since: date) -> UUID:
        """One stream a sign and batch; of a site one for each time it happens."""
        about = ":".join((alike.kind, alike.place, alike.sign, alike.other or ""))
        return uuid5(CLUSTERS, about if alike.kind == "batch" else f"{about}:{since}")

    def begin(self) -> None:
        """Nothing is suspected."""
        self.suspected = False

    def suspect(
        self, alike: Alike, since: date, until: date, cases: Sequence[dict[str, Any]]
    ) -> bool:
        """Say that there is a cluster, and that it is news; a repeat changes nothing."""
        if self.suspected:
            return False
        self._on_suspected(*alike, since, until, list(cases))
        return True

    @event("ClusterSuspected")
    def _on_suspected(
        self,
        kind: str,
        place: str,
        sign: str,
        other: str | None,
        since: date,
        until: date,
        cases: list[dict[str, Any]],
    ) -> None:
        self.suspected = True
