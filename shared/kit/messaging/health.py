"""Health of a follower: how it is, since when, and why, for pages of status."""

from __future__ import annotations

from dataclasses import dataclass

from shared.kit.outages import first_line


@dataclass(slots=True)
class FollowerHealth:
    """How a follower is, for status pages: healthy, or what it is stuck on."""

    source: str
    position: int = 0
    failing: str | None = None
    since: str | None = None
    duplicates: int = 0
    filled: int = 0
    rejected: int = 0
    unheard: str | None = None  # why no messages come: the source's log is read instead
    unheard_since: str | None = None
    caught_up: bool = False  # once since the start: nothing from before it is missing

    def fail(self, error: Exception, at: str) -> None:
        """Remember the first moment of this failure."""
        self.failing = first_line(error)
        self.since = self.since or at

    def recover(self) -> None:
        """Forget the failure."""
        self.failing = self.since = None

    def hears_nothing(self, why: str, at: str) -> None:
        """Remember since when no messages come, and why not just now."""
        self.unheard = why
        self.unheard_since = self.unheard_since or at

    def hears(self) -> None:
        """Forget that no messages came."""
        self.unheard = self.unheard_since = None
