"""Overload: how many commands of one process may be under way; who comes beyond that is told at once.

Commands wait for the writer of their store. Without a bound each of 500 clients waits for all others,
and gives up before its turn. So a bounded number waits, and everybody else is refused with the
seconds after which to come again; nothing of theirs has happened. Queries and pages are not counted:
workers are left for them, however many commands wait. (Those that write down who looked at whom wait
for the writer too.)
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from shared.kit.refusals import refusal
from shared.kit.web.declaration import Declaration

MOST_COMMANDS = 240
"""Under way in one process, waiting or at work."""
RETRY_SECONDS = 2
SHOWN_SECONDS = 30.0
"""So long after a refusal health and status say that there were too many."""

Overloaded = refusal(
    "overloaded",
    503,
    zh="现在使用的人太多，这一项没有执行；请 {retry_after} 秒后原样重新提交，不会重复登记。",
    en="Too many people are using the system; this was not done. Send it again unchanged in"
    " {retry_after} s: it is never done twice.",
)


class CommandsUnderWay:
    """The commands that wait or are worked on in this process, for one part."""

    def __init__(self, most: int = MOST_COMMANDS) -> None:
        """Let in at most so many at once."""
        self._lock = threading.Lock()
        self.most = most
        self.number = 0
        self.refused = 0
        self._last = float("-inf")  # time.monotonic() of the last refusal

    @property
    def too_many(self) -> bool:
        """Whether any was refused not long ago."""
        return time.monotonic() - self._last < SHOWN_SECONDS

    @contextmanager
    def room(self, declaration: Declaration) -> Iterator[None]:
        """Let a request in, if it is no command or there is room; raise `Overloaded`."""
        if not declaration.waits:
            yield
            return
        with self._lock:
            if self.number >= self.most:
                self.refused, self._last = self.refused + 1, time.monotonic()
                raise Overloaded(retry_after=RETRY_SECONDS)
            self.number += 1
        try:
            yield
        finally:
            with self._lock:
                self.number -= 1
