"""Wait until something is so, instead of for a time: the only place where a test sleeps to wait."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


def until(
    question: Callable[[], Found],
    seconds: float = 30.0,
    *,
    every: float = 0.02,
    what: object = "",
) -> Found:
    """Ask again and again, and return the first answer that is true.

    Fails after `seconds` with `what` (if it can be called, with what it then returns) and the last
    answer. Time runs out for a question that is answered in time, not for one that takes long.
    """
    deadline = time.monotonic() + seconds
    while not (answer := question()):
        if time.monotonic() >= deadline:
            told = what() if callable(what) else what
            raise AssertionError(f"not within {seconds} s: {told or question} ({answer!r})")
        time.sleep(every)
    return answer
