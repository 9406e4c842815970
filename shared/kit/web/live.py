"""Live: tells open pages, by server-sent events, that something has changed; the pages ask what.

    GET /live, Accept: text/event-stream
    id: 4711
    data: 4711

It says up to which position of the store something has changed, and nothing else: no name, no
figure, whoever listens. The same comes again every 15 seconds, so that who listens knows that it
hears, and so that a client that is gone is noticed, which only writing shows. Before that it is
asked whether who listens still may.

While anybody listens, one thread of the process looks into the store, since other processes write
there too, and the follower; what this process commits wakes it at once.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator

from werkzeug.wrappers import Response

from shared.kit.eventstore.engine import UNAVAILABLE
from shared.kit.eventstore.newest import Newest
from shared.kit.eventstore.store import Store
from shared.kit.language import Text
from shared.kit.outages import Outage
from shared.kit.refusals import refusal

EVENT_STREAM = "text/event-stream"
BEAT_SECONDS = 15.0
LOOK_SECONDS = 0.2
GATHER_SECONDS = 0.05  # between two looks, whatever is committed meanwhile
LONGEST_SECONDS = 540.0  # then the browser asks anew: the server ends what takes 600 s
PATIENCE_SECONDS = 5.0  # with a store that cannot be looked at
RETRY_MS = 1000
MOST_STREAMS = 200
"""In one process."""
AT_ONCE = "eventlet.minimum_write_chunk_size"
"""What tells eventlet's server to send each piece as it comes; it would gather 4,096 bytes."""

log = logging.getLogger(__name__)

TooManyStreams = refusal(
    "too-many-streams",
    503,
    zh="同时自动更新的页面太多；请 {retry_after} 秒后再试，或自行刷新页面。",
    en="Too many pages renew themselves already; try again in {retry_after} s, or reload the page.",
)


class Live:
    """What one process tells the pages of one part that are open."""

    def __init__(self, store: Store, silent: Iterable[str] = ()) -> None:
        """Tell of one store's changes; events of the names in `silent` are none."""
        self.most = MOST_STREAMS
        self.beat = BEAT_SECONDS
        self.patience = PATIENCE_SECONDS
        self.open = 0
        self.at = 0
        self.ended = False
        self._store = store
        self._newest = Newest(store, silent)
        self._changed = threading.Condition()
        self._news = threading.Event()
        self._looked = float("-inf")  # time.monotonic() of the last look that worked
        self._watching = False

    def position(self) -> int:
        """Return how far the store has come, at the latest when this was asked."""
        return self._newest.position()

    def answer(self, stands: Callable[[], bool]) -> Response:
        """Answer with a stream, for as long as `stands` says so. Raises `TooManyStreams`."""
        headers = {"X-Accel-Buffering": "no"}  # proxies that would gather do not
        return Response(self.stream(stands), headers=headers, content_type=EVENT_STREAM)

    def stream(self, stands: Callable[[], bool]) -> Stream:
        """Begin a stream. Raises `TooManyStreams`, and what is wrong with the database."""
        at = self.position()
        with self._changed:
            if self.ended or self.open >= self.most:
                raise TooManyStreams(retry_after=round(self.beat))
            self.open += 1
            if not self._watching:
                self.at, self._looked, self._watching = at, time.monotonic(), True
                threading.Thread(target=self._watch, name="live", daemon=True).start()
        return Stream(self, stands)

    def left(self) -> None:
        """Count a stream less."""
        with self._changed:
            self.open -= 1

    def wait(self, said: int, seconds: float) -> int:
        """Wait until the store has come further than was said, for so long; return how far it is."""
        with self._changed:
            self._changed.wait_for(lambda: self.ended or self.at != said, max(0.0, seconds))
            return self.at

    @property
    def knows(self) -> bool:
        """Whether the store was looked at just now: while it cannot be, nothing is said of it."""
        return time.monotonic() - self._looked < self.patience

    def end(self) -> None:
        """End all streams, and begin none: the process stops."""
        with self._changed:
            self.ended = True
            self._changed.notify_all()
        self._news.set()

    def _watch(self) -> None:
        """Look for as long as anybody listens."""
        name = Text(
            "{source} 的页面自动更新", "live pages of {source}", {"source": self._store.source}
        )
        outage = Outage(log, name, expected=UNAVAILABLE)
        self._store.listeners.append(self._news.set)
        try:
            while self._wanted():
                self._news.wait(LOOK_SECONDS)
                self._news.clear()
                try:
                    self._say(self.position())
                except Exception as error:
                    outage.failed(error)
                else:
                    outage.over()
                time.sleep(GATHER_SECONDS)
        finally:
            self._store.listeners.remove(self._news.set)

    def _wanted(self) -> bool:
        with self._changed:
            self._watching = self.open > 0 and not self.ended
            return self._watching

    def _say(self, at: int) -> None:
        with self._changed:
            self._looked = time.monotonic()
            if at != self.at:
                self.at = at
                self._changed.notify_all()


class Stream(Iterator[bytes]):
    """What one who listens is sent, a piece at a time; the server closes it in any case."""

    def __init__(self, live: Live, stands: Callable[[], bool]) -> None:
        """Begin with how far the store is."""
        self._live, self._stands = live, stands
        self._began = self._checked = time.monotonic()
        self._said: int | None = None
        self._open = True

    def __next__(self) -> bytes:
        """Wait for a change or the next beat."""
        if self._said is None:
            self._said = self._live.at
            return b"retry: %d\n" % RETRY_MS + self._frame()
        self._said = self._live.wait(self._said, self._checked + self._live.beat - time.monotonic())
        if not self._goes_on():
            self.close()
            raise StopIteration
        return self._frame()

    def _goes_on(self) -> bool:
        now = time.monotonic()
        if self._live.ended or not self._open:
            return False
        if now < self._checked + self._live.beat:
            return True
        self._checked = now
        return now < self._began + LONGEST_SECONDS and self._live.knows and self._stands()

    def _frame(self) -> bytes:
        return b"id: %d\ndata: %d\n\n" % (self._said or 0, self._said or 0)

    def close(self) -> None:
        """End it; nothing happens when it has ended."""
        if self._open:
            self._open = False
            self._live.left()
