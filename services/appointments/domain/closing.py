"""The end of a site's day. The event and field names are the storage format."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple
from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate, event

from services.appointments.domain.refusals import PointsOpen

CLOSINGS = UUID("e8a6c1d4-35f2-5b97-8d0e-94b7f21c6a38")


class Figures(NamedTuple):
    """What is kept of a day: doses by their number, people who came and who did not, doses wasted."""

    first: int
    second: int
    people: int
    not_come: int
    wasted: int


class Closing(Aggregate):
    """A site's day, open until it is closed; `notes`: what was said of what needs a look."""

    closed: bool

    @staticmethod
    def create_id(site: str, day: date) -> UUID:
        """One stream a site and day."""
        return uuid5(CLOSINGS, f"{site}:{day}")

    def begin(self) -> None:
        """Open, and nothing was looked at."""
        self.closed = False
        self.notes: dict[str, str] = {}

    def close(
        self,
        site: str,
        day: date,
        figures: Figures,
        open_points: Mapping[str, object],
        note: str | None,
    ) -> None:
        """Close the day, with points open only for a reason; once closed, nothing changes.

        `open_points`: their codes, and what they are called. Raises `PointsOpen`.
        """
        if self.closed:
            return
        if open_points and not note:
            raise PointsOpen(points=list(open_points.values()))
        first, second, people, not_come, wasted = figures
        self._on_closed(site, day, first, second, people, not_come, wasted, list(open_points), note)

    def reopen(self, site: str, day: date, reason: str) -> None:
        """Let the day go on; a day that is open stays as it is."""
        if self.closed:
            self._on_reopened(site, day, reason)

    def look(self, site: str, day: date, kind: str, item: str, note: str) -> None:
        """Note what was found of something that needs a look; a repeat changes nothing."""
        if self.notes.get(item) != note:
            self._on_noted(site, day, kind, item, note)

    @event("SessionClosed")
    def _on_closed(
        self,
        site: str,
        day: date,
        first: int,
        second: int,
        people: int,
        not_come: int,
        wasted: int,
        open: list[str],  # noqa: A002
        note: str | None,
    ) -> None:
        self.closed = True

    @event("SessionReopened")
    def _on_reopened(self, site: str, day: date, reason: str) -> None:
        self.closed = False

    @event("ReviewNoted")
    def _on_noted(self, site: str, day: date, kind: str, item: str, note: str) -> None:
        self.notes[item] = note
