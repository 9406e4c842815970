"""The simulated machine: its chance is made of the seed, its time is the town's simulated clock."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from shared.kit import memory


class Clock:
    """What time it is in the town; stands still until it is moved."""

    def __init__(self, start: datetime) -> None:
        """Begin at `start`, an aware instant in the town's zone."""
        self.instant = start

    def now(self) -> datetime:
        """Return the present instant with the town's offset."""
        return self.instant

    def today(self) -> date:
        """Return the town's day."""
        return self.instant.date()


class WrongClock:
    """The clock of one part, which may differ from the town's."""

    def __init__(self, clock: Clock) -> None:
        """Go by the town's clock, until `wrong_by` is set."""
        self._clock = clock
        self.wrong_by = timedelta()

    def now(self) -> datetime:
        """Return the instant that the part believes it is."""
        return self._clock.now() + self.wrong_by

    def today(self) -> date:
        """Return the day that the part believes it is."""
        return self.now().date()


@contextmanager
def decided_by(seed: int, clock: Clock) -> Iterator[None]:
    """Let the seed decide all chance of this process, and the clock what time passes in it.

    Keys, nonces and ids come of `os.urandom`, pauses of `time.monotonic`; both are what they were
    when this ends.
    """
    # Nothing secret comes of it: the town is invented.
    chance = random.Random(f"machine {seed}")  # nosec B311
    real = os.urandom, time.monotonic
    os.urandom = chance.randbytes
    time.monotonic = lambda: clock.instant.timestamp()
    try:
        with memory.apart():
            yield
    finally:
        os.urandom, time.monotonic = real
