"""The clock: the only place that knows what time it is."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Tells the time: aware datetimes in one zone, the town's."""

    def now(self) -> datetime:
        """Return the present instant with the town's offset."""
        ...

    def today(self) -> date:
        """Return the town's day."""
        ...


class SystemClock:
    """The machine's clock, read in the town's zone."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone

    def now(self) -> datetime:
        """Return the present instant with the town's offset."""
        return datetime.now(self._zone)

    def today(self) -> date:
        """Return the town's day."""
        return self.now().date()


class RehearsalClock:
    """A clock that stands still until it is set; all processes of a rehearsal share its file."""

    def __init__(self, file: Path, zone: ZoneInfo, start: datetime) -> None:
        """Read and write `file`; while there is none the time is `start`."""
        self._file = file
        self._zone = zone
        self._now = start.astimezone(zone)
        self._read: tuple[int, int] | None = None

    def now(self) -> datetime:
        """Return the instant the rehearsal has reached."""
        try:
            stat = self._file.stat()
        except FileNotFoundError:
            return self._now
        if (seen := (stat.st_mtime_ns, stat.st_ino)) != self._read:
            self._now = datetime.fromisoformat(self._file.read_text()).astimezone(self._zone)
            self._read = seen
        return self._now

    def today(self) -> date:
        """Return the town's day."""
        return self.now().date()

    def set(self, instant: datetime) -> None:
        """Set the time for every process of the rehearsal; raise `ValueError` if it has no offset."""
        if instant.tzinfo is None:
            raise ValueError("the rehearsal clock needs an instant with an offset")
        draft = self._file.with_suffix(".new")
        draft.write_text(instant.isoformat())
        draft.replace(self._file)
