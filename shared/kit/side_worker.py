"""Side worker: a side process that turns one message after the other into another, in its own time.

Who asks waits for whoever asked before, but not long; a process that takes too long or dies is ended,
and the next question begins another. What it said is not kept here.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from shared.kit.refusals import Refusal
from shared.kit.side_process import Gone, SideProcess

MOST_SECONDS = 45
MOST_WAITING_SECONDS = 20
"""So long one waits for another's turn: who waits keeps a worker of the web from others."""
REST_SECONDS = 30
"""So long nothing is asked after a question that took too long."""
MOST_IDLE_SECONDS = 300.0


class SideWorker:
    """A process that answers one question after the other, begun with the first."""

    def __init__(
        self,
        program: str,
        refused: type[Refusal],
        most_bytes: int,
        idle: float = MOST_IDLE_SECONDS,
        lasts: int | None = None,
    ) -> None:
        """`program` is the module that works, `refused` is raised where it has no answer.

        An answer has at most `most_bytes`. The process ends when it was asked nothing for `idle`
        seconds, and after `lasts` answers: a library may keep what it has worked on.
        """
        self.process = SideProcess(program)
        self._refused, self._most_bytes, self._idle = refused, most_bytes, idle
        self._lasts, self._answers = lasts, 0
        self._one = threading.Lock()
        self._rests_until = 0.0  # time.monotonic()

    @property
    def pid(self) -> int | None:
        """The process that works, if it has begun."""
        return self.process.pid

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Have the process for oneself, in which `ask` may be called. Raises what is refused."""
        if not self._one.acquire(timeout=MOST_WAITING_SECONDS):
            raise self._refused
        try:
            yield
        finally:
            self._one.release()

    def ask(self, asked: bytes) -> bytes:
        """Return the answer to a question; call it in one's `turn`. Raises what is refused."""
        if time.monotonic() < self._rests_until:
            raise self._refused
        until = time.monotonic() + MOST_SECONDS

        def waiting() -> None:
            if time.monotonic() > until:
                self._rests_until = time.monotonic() + REST_SECONDS
                raise self._refused

        try:
            self.process.ask(asked)
            answer = self.process.receive(waiting, self._most_bytes)
        except BaseException as error:
            self.process.end()
            if isinstance(error, Gone | OverflowError | OSError):
                raise self._refused from error
            raise
        if not answer:
            raise self._refused
        self._answers += 1
        if self._answers == self._lasts:
            self.process.end()
            self._answers = 0
        return answer

    def rest(self) -> None:
        """End a process that was asked nothing for long; one that works goes on."""
        if not self._one.acquire(blocking=False):
            return
        try:
            if self.pid and time.monotonic() - self.process.used >= self._idle:
                self.process.end()
        finally:
            self._one.release()

    def end(self) -> None:
        """End the process; the next question begins another."""
        with self._one:
            self.process.end()
