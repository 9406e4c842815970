"""Shrinking: which few steps of a schedule are enough to break the same invariant (delta debugging)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from deploy.simulation.steps import Step


def shrunk(
    steps: Sequence[Step], breaks: Callable[[Sequence[Step]], bool], most: int
) -> list[Step]:
    """Return steps of which none can be left out, or what `most` trials have come to.

    `breaks` plays steps and tells whether they still break what is to be broken.
    """
    left, size, trials = list(steps), max(1, len(steps) // 2), 0
    while size and trials < most:
        at, before = 0, len(left)
        while at < len(left) and trials < most:
            fewer = left[:at] + left[at + size :]
            trials += 1
            if breaks(fewer):
                left = fewer
            else:
                at += size
        if len(left) == before:
            size //= 2
    return left
