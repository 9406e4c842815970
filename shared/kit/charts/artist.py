"""Artist: lets charts be drawn in a process of its own, and keeps the pictures.

Drawing keeps the interpreter for a fifth of a second, and what draws takes 160 MB: neither
is for a process in which others are served. A picture is kept by all that it shows.
"""

from __future__ import annotations

import json
import threading
import time
from collections import OrderedDict

from shared.kit.charts.shapes import Chart
from shared.kit.refusals import refusal
from shared.kit.side_process import Gone, SideProcess

PROGRAM = "shared.kit.charts.drawing"
MOST_SECONDS = 45
MOST_WAITING_SECONDS = 20
"""So long one waits for another's picture: who waits keeps a worker from others."""
REST_SECONDS = 30
"""So long nothing is drawn after a picture that took too long."""
MOST_BYTES = 4_000_000
MOST_KEPT = 64
"""Pictures, of some 20 kB each."""
MOST_IDLE_SECONDS = 300.0

NotDrawn = refusal(
    "not-drawn",
    503,
    zh="图没有画出来；同样的数字在图下的表里。请稍后再试。",
    en="The chart was not drawn; the table below it has the same figures. Try again later.",
    doc="The process that draws has ended or failed.",
)


class Artist:
    """A process that draws one chart after the other, begun with the first."""

    def __init__(self, program: str = PROGRAM, idle: float = MOST_IDLE_SECONDS) -> None:
        """`program` is the module that draws; it ends when it was asked nothing for `idle` seconds."""
        self._process = SideProcess(program)
        self._idle = idle
        self._one = threading.Lock()
        self._kept: OrderedDict[bytes, str] = OrderedDict()
        self._rests_until = 0.0  # time.monotonic()
        self.drawn = 0

    @property
    def pid(self) -> int | None:
        """The process that draws, if it has begun."""
        return self._process.pid

    def draw(self, chart: Chart, *, narrow: bool = False) -> str:
        """Return a chart as SVG, for a desk or narrow for a phone. Raises `NotDrawn`."""
        asked = json.dumps([chart, narrow], ensure_ascii=False).encode()
        if (picture := self._kept.get(asked)) is not None:
            return picture
        if not self._one.acquire(timeout=MOST_WAITING_SECONDS):
            raise NotDrawn
        try:  # who waited for the same picture finds it
            picture = self._kept.get(asked) or self._drawn(asked)
            self._kept[asked] = picture
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        finally:
            self._one.release()
        return picture

    def _drawn(self, asked: bytes) -> str:
        if time.monotonic() < self._rests_until:
            raise NotDrawn
        until = time.monotonic() + MOST_SECONDS

        def waiting() -> None:
            if time.monotonic() > until:
                self._rests_until = time.monotonic() + REST_SECONDS
                raise NotDrawn

        try:
            self._process.ask(asked)
            picture = self._process.receive(waiting, MOST_BYTES).decode()
        except BaseException as error:
            self._process.end()
            if isinstance(error, Gone | OverflowError | OSError):
                raise NotDrawn from error
            raise
        if not picture:
            raise NotDrawn
        self.drawn += 1
        return picture

    def rest(self) -> None:
        """End a process that was asked nothing for long; one that draws goes on."""
        if not self._one.acquire(blocking=False):
            return
        try:
            if self.pid and time.monotonic() - self._process.used >= self._idle:
                self._process.end()
        finally:
            self._one.release()

    def end(self) -> None:
        """End the process; the next chart begins another."""
        with self._one:
            self._process.end()


ARTIST = Artist()
"""Draws for all parts of this process."""
