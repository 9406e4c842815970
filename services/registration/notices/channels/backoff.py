"""When a try that failed is repeated: later each time, and never all at the same moment."""

from __future__ import annotations

import secrets
from collections.abc import Callable

FIRST_SECONDS, LONGEST_SECONDS = 5.0, 3_600.0
FACTOR = 4.0
MOST_ASKED_SECONDS = 86_400.0
MOST_TRIES = 10

_random = secrets.SystemRandom().random


def pause(tries: int, asked: float | None = None, chance: Callable[[], float] = _random) -> float:
    """Return seconds to wait after so many failed tries, never less than was asked for.

    Half of the wait is left to chance (0..1), so that what failed together does not come again
    together. A wish beyond a day counts as a day.
    """
    whole = min(LONGEST_SECONDS, FIRST_SECONDS * FACTOR ** min(tries - 1, 10))
    wait = whole / 2 + whole / 2 * chance()
    return max(wait, min(asked or 0.0, MOST_ASKED_SECONDS))
