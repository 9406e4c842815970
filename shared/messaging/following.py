"""Following a source: every event once, in order, whatever the broker does.

`Follower` is the rule, without a broker: it is handed messages as they come, and the source's
log where they do not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shared.contracts import decode
from shared.eventstore import Application, Context

Message = tuple[int, bytes]
FetchLog = Callable[[int, int], Sequence[Message]]

LOG_PAGE = 500
BATCH = 200


@dataclass(slots=True)
class Standing:
    """Where a follower stands, for status pages: healthy, or what it is stuck on."""

    source: str
    position: int = 0
    head: int = 0
    failing: str | None = None
    since: str | None = None
    duplicates: int = 0
    filled: int = 0
    rejected: int = 0

    def fail(self, error: Exception, at: str) -> None:
        """Remember the first moment of this failure."""
        self.failing = f"{type(error).__name__}: {error}"
        self.since = self.since or at

    def recover(self) -> None:
        """Forget the failure."""
        self.failing = self.since = None


class Follower:
    """Applies one source's events to one application, each exactly once and in order.

    - position = last + 1: views, policies and the new position in one transaction;
    - position <= last: a duplicate, dropped;
    - position > last + 1: the missing ones are read from the source's log first.
    """

    def __init__(self, application: Application, source: str, fetch_log: FetchLog) -> None:
        """Follow `source`; `fetch_log(after, limit)` reads its log."""
        self.application = application
        self.store = application.store
        self.source = source
        self.fetch_log = fetch_log
        self.standing = Standing(source, self.store.reached(source)[0])

    def receive(self, messages: Sequence[Message]) -> None:
        """Apply what is new of the messages, filling gaps before them.

        Raises what a view, policy or the source's log raises; then nothing of the failing step
        has happened, and the position still says where to go on.
        """
        waiting = sorted(set(messages))
        while waiting:
            last = self.store.reached(self.source)[0]
            fresh = [message for message in waiting if message[0] > last]
            self.standing.duplicates += len(waiting) - len(fresh)
            if not fresh:
                break
            if fresh[0][0] > last + 1:
                step = self._missing(last, fresh[0][0])
                waiting = fresh
            else:
                run = next(
                    (n for n, message in enumerate(fresh) if message[0] != last + 1 + n), len(fresh)
                )
                step, waiting = fresh[:run], fresh[run:]
            self._apply(step)

    def catch_up(self) -> int:
        """Read the source's log to its end; return how many events were new."""
        count = 0
        while page := self.fetch_log(self.store.reached(self.source)[0], LOG_PAGE):
            self.standing.head = max(self.standing.head, page[-1][0])
            self._apply(page)
            count += len(page)
        return count

    def _missing(self, last: int, before: int) -> Sequence[Message]:
        page = self.fetch_log(last, min(before - 1 - last, LOG_PAGE))
        page = [message for message in page if message[0] < before]
        if not page or page[0][0] != last + 1:
            raise LookupError(f"the log of {self.source} does not have {last + 1}")
        self.standing.filled += len(page)
        return page

    def _apply(self, messages: Sequence[Message]) -> None:
        for start in range(0, len(messages), BATCH):
            self._apply_together(messages[start : start + BATCH])

    def _apply_together(self, messages: Sequence[Message]) -> None:
        events = [decode(self.source, position, body) for position, body in messages]
        context = Context.of_policy(self.store.source, events[0])
        with self.store.transaction(context) as transaction:
            last, decided = self.store.reached(self.source)
            for event in events:
                if event.position <= last:
                    continue
                if event.position != last + 1:
                    raise LookupError(f"{self.source}: {event.position} after {last}")
                self.store.views.apply(transaction.connection, event)
                if event.position > decided and self.application.policies.concerns(event.name):
                    transaction.context = Context.of_policy(self.store.source, event)
                    self.application.policies.decide(self.application, event)
                last = event.position
            self.store.track(self.source, last)
        self.standing.position = last
        self.standing.head = max(self.standing.head, last)
