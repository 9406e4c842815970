"""A week of the campaign and its one report. The event and field names are the storage format."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate, event

from shared.kit.refusals import refusal

WEEKS = UUID("3d5a2a5e-0c1b-5a76-8a0e-7a1f5b0c9d02")


# R26: a week is closed after its Sunday, not before.
WeekNotOver = refusal(
    "week-not-over",
    zh="{week}到{ends}才结束，请在结束后发布周报。",
    en="{week} ends on {ends}; publish the report after that.",
)
WeekOutsideCampaign = refusal(
    "week-outside-campaign",
    404,
    zh="{week}不在接种活动期内。活动从{first}到{last}。",
    en="The campaign goes from {first} to {last}; {week} is not in it.",
)


class Week(Aggregate):
    """Is published once; what was published stays as it was."""

    figures: Mapping[str, object] | None
    positions: dict[str, int]

    @staticmethod
    def create_id(week: str) -> UUID:
        """One stream a week, such as 2024-W14."""
        return uuid5(WEEKS, week)

    def begin(self) -> None:
        """Nothing is published yet."""
        self.figures, self.positions = None, {}

    def publish(self, week: str, positions: dict[str, int], figures: Mapping[str, object]) -> None:
        """Publish the week's figures; a repeat changes nothing."""
        if self.figures is None:
            self._on_published(week, positions, figures)

    @event("WeeklyProgressPublished")
    def _on_published(
        self, week: str, positions: dict[str, int], figures: Mapping[str, object]
    ) -> None:
        self.figures, self.positions = figures, positions
