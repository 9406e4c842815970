"""Long work beside other work: it lets others run, tells how far it is, and can be stopped."""

from __future__ import annotations

import time
from collections.abc import Callable

SLICE_SECONDS = 0.02
TELL_SECONDS = 1.0

Every = Callable[[], None]
"""Called once for each piece of work (a row) by whatever does the work."""


def unix_now() -> float:
    """Seconds since 1970 by this machine's clock, which no rehearsal stops; for leases."""
    return time.time()


def unpaced() -> None:
    """An `Every` for work that nobody waits beside: nothing happens."""


class Pace:
    """An `Every`: after each slice of work others may run; about once a second `tell` hears of it.

    `tell` gets the pieces done so far and may raise to end the work. Where green threads are at
    work a sleep of no time hands over to those that wait.
    """

    def __init__(
        self,
        tell: Callable[[int], None],
        *,
        pause: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.done = 0
        self._tell, self._pause, self._clock = tell, pause, clock
        self._paused = self._told = clock()

    def __call__(self) -> None:
        """Count one piece of work."""
        self.done += 1
        if (now := self._clock()) - self._paused < SLICE_SECONDS:
            return
        if now - self._told >= TELL_SECONDS:
            self._tell(self.done)
            self._told = now
        self._pause(0)
        self._paused = self._clock()
