"""Looks: every time somebody is shown who residents are. The names are the storage format."""

from __future__ import annotations

from uuid import UUID

from eventsourcing.domain import Aggregate, event


class Look(Aggregate):
    """One answer that showed somebody personal data."""

    @event("PersonalDataViewed")
    def __init__(
        self, login: str, residents: list[UUID], viewed: list[str], page: str, reason: str | None
    ) -> None:
        """Record who saw whom (resident ids), which fields, on which page, and why."""
