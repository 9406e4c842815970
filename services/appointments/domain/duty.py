"""Who works at a site on one day. The event and field names are the storage format."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate, event

DUTIES = UUID("3d7c1f0a-9b52-5c4e-8f16-7a2e4b6d0c31")


class Duty(Aggregate):
    """A site's day: `on`: login -> {posts, desk}; nobody to begin with."""

    on: dict[str, dict[str, Any]]

    @staticmethod
    def create_id(site: str, day: date) -> UUID:
        """One stream a site and day."""
        return uuid5(DUTIES, f"{site}:{day}")

    def begin(self) -> None:
        """Nobody is on duty."""
        self.on = {}

    def take(self, site: str, day: date, login: str, posts: list[str], desk: str | None) -> None:
        """Somebody is at these posts and this desk from now on; a repeat changes nothing."""
        if self.on.get(login) != {"posts": posts, "desk": desk}:
            self._on_taken(site, day, login, posts, desk)

    def leave(self, site: str, day: date, login: str) -> None:
        """Somebody is on duty no more; of whoever is not, nothing changes."""
        if login in self.on:
            self._on_left(site, day, login)

    @event("DutyTaken")
    def _on_taken(
        self, site: str, day: date, login: str, posts: list[str], desk: str | None
    ) -> None:
        self.on[login] = {"posts": posts, "desk": desk}

    @event("DutyLeft")
    def _on_left(self, site: str, day: date, login: str) -> None:
        del self.on[login]
