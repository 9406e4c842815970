"""A week of the campaign and its one report. The event and field names are the storage format."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate, event

WEEKS = UUID("3d5a2a5e-0c1b-5a76-8a0e-7a1f5b0c9d02")


class WeekNotOver(Exception):
    """A week is closed after its Sunday, not before (R26)."""

    code = "week-not-over"
    status = 409

    def __init__(self, week: str, ends: str) -> None:
        super().__init__(
            f"{week} 到 {ends} 才结束，请在结束后关闭。 {week} ends on {ends}; close it after that."
        )


class WeekOutsideCampaign(Exception):
    """There is nothing to report of such a week."""

    code = "week-outside-campaign"
    status = 404

    def __init__(self, week: str, first: str, last: str) -> None:
        super().__init__(
            f"{week} 不在本次接种期内（{first} 到 {last}）。"
            f" {week} is not in the campaign ({first} to {last})."
        )


class Week(Aggregate):
    """Is published once; what was published stays as it was."""

    figures: dict[str, Any] | None
    positions: dict[str, int]

    @staticmethod
    def create_id(week: str) -> UUID:
        """One stream a week, such as 2024-W14."""
        return uuid5(WEEKS, week)

    def begin(self) -> None:
        """Nothing is published yet."""
        self.figures, self.positions = None, {}

    def publish(self, week: str, positions: dict[str, int], figures: dict[str, Any]) -> None:
        """Publish the week's figures; a repeat changes nothing."""
        if self.figures is None:
            self._on_published(week, positions, figures)

    @event("WeeklyProgressPublished")
    def _on_published(self, week: str, positions: dict[str, int], figures: dict[str, Any]) -> None:
        self.figures, self.positions = figures, positions
