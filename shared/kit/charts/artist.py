"""Artist: lets charts be drawn in a process of its own, and keeps the pictures.

Drawing keeps the interpreter for a fifth of a second, and what draws takes 160 MB: neither
is for a process in which others are served. A picture is kept by all that it shows.
"""

from __future__ import annotations

import json
from collections import OrderedDict

from shared.kit.charts.shapes import Chart
from shared.kit.refusals import refusal
from shared.kit.side_worker import MOST_IDLE_SECONDS, SideWorker

PROGRAM = "shared.kit.charts.drawing"
MOST_BYTES = 4_000_000
MOST_KEPT = 64
"""Pictures, of some 20 kB each."""

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
        self.worker = SideWorker(program, NotDrawn, MOST_BYTES, idle)
        self._kept: OrderedDict[bytes, str] = OrderedDict()
        self.drawn = 0

    @property
    def pid(self) -> int | None:
        """The process that draws, if it has begun."""
        return self.worker.pid

    def draw(self, chart: Chart, *, narrow: bool = False) -> str:
        """Return a chart as SVG, for a desk or narrow for a phone. Raises `NotDrawn`."""
        asked = json.dumps([chart, narrow], ensure_ascii=False).encode()
        if (picture := self._kept.get(asked)) is not None:
            return picture
        with self.worker.turn():  # who waited for the same picture finds it
            picture = self._kept.get(asked) or self._drawn(asked)
            self._kept[asked] = picture
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return picture

    def _drawn(self, asked: bytes) -> str:
        picture = self.worker.ask(asked).decode()
        self.drawn += 1
        return picture

    def rest(self) -> None:
        """End a process that was asked nothing for long; one that draws goes on."""
        self.worker.rest()

    def end(self) -> None:
        """End the process; the next chart begins another."""
        self.worker.end()


ARTIST = Artist()
"""Draws for all parts of this process."""
