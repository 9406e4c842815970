"""Tasks: what a part does by itself, beside answering and following.

tasks = Tasks()

@tasks.at_start
def take_in_campaign(work): ...        # in a write transaction, before the part serves

@tasks.every(60)
def audit_reports(edge): ...           # every 60 seconds

@tasks.forever
def work_on_imports(edge): ...         # a loop of its own, for the life of the process
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

Task = Callable[[Any], object]
F = TypeVar("F", bound=Task)


class Tasks:
    """The tasks of one room, or of a whole part."""

    def __init__(self, rooms: Iterable[Tasks] = ()) -> None:
        rooms = list(rooms)
        self.starting: list[Task] = [each for room in rooms for each in room.starting]
        # Every so many seconds; None: a loop of its own.
        self.timed: list[tuple[float | None, Task]] = [t for room in rooms for t in room.timed]

    def at_start(self, task: F) -> F:
        """Register what is done with the `Work` in a transaction before the part serves."""
        self.starting.append(task)
        return task

    def every(self, seconds: float) -> Callable[[F], F]:
        """Register what is done with the edge every so many seconds."""

        def add(task: F) -> F:
            self.timed.append((seconds, task))
            return task

        return add

    def forever(self, task: F) -> F:
        """Register a loop that is given the edge and lasts as long as the process."""
        self.timed.append((None, task))
        return task
