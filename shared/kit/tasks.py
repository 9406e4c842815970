"""Tasks: what a part does by itself, beside answering and following.

tasks = Tasks()

@tasks.at_start
def take_in_campaign(work): ...        # in a write transaction, before the part serves

@tasks.every(60)
def audit_reports(edge): ...           # every 60 seconds

@tasks.forever
def work_on_imports(edge): ...         # a loop of its own, for the life of the process

A part may be served by several processes. What it does by itself is done by the one that has the
lead; a loop asks for it each time round (`edge.lead.wait()`). What concerns a process's own memory
is done in `each_process`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

Task = Callable[[Any], object]
F = TypeVar("F", bound=Task)


@dataclass(frozen=True, slots=True)
class Lasting:
    """A task that is done again and again: every so many seconds, None: a loop of its own."""

    task: Task
    seconds: float | None
    each_process: bool = False


class Tasks:
    """The tasks of one room, or of a whole part."""

    def __init__(self, rooms: Iterable[Tasks] = ()) -> None:
        rooms = list(rooms)
        self.starting: list[Task] = [each for room in rooms for each in room.starting]
        self.lasting: list[Lasting] = [each for room in rooms for each in room.lasting]

    def at_start(self, task: F) -> F:
        """Register what is done with the `Work` in a transaction before the part serves."""
        self.starting.append(task)
        return task

    def every(self, seconds: float, *, each_process: bool = False) -> Callable[[F], F]:
        """Register what is done with the edge every so many seconds."""

        def add(task: F) -> F:
            self.lasting.append(Lasting(task, seconds, each_process))
            return task

        return add

    def forever(self, task: F, *, each_process: bool = False) -> F:
        """Register a loop that is given the edge and lasts as long as the process."""
        self.lasting.append(Lasting(task, None, each_process))
        return task
