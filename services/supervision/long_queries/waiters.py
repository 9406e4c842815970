"""Waiters: how many requests of one process wait for answers of long queries; others are told at once.

Each of them keeps a worker for as long as the answer takes. Without a bound they would keep all of
them, and nobody else were answered.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from services.supervision.domain.refusals import TooManyWait

MOST_WAITERS = 20
"""Of the 60 workers of a process."""
RETRY_SECONDS = 10


class Waiters:
    """The requests of this process that wait, for one part."""

    def __init__(self) -> None:
        """Nobody waits yet."""
        self._free = threading.BoundedSemaphore(MOST_WAITERS)

    @contextmanager
    def room(self) -> Iterator[None]:
        """Let one wait inside; raise `TooManyWait`."""
        if not self._free.acquire(blocking=False):
            raise TooManyWait(retry_after=RETRY_SECONDS)
        try:
            yield
        finally:
            self._free.release()
