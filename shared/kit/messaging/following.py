"""Following a source: every event once, in order, whatever the broker does.

`Follower` is the rule, without a broker: it is handed messages as they come, and the source's
log where they do not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shared.kit.contracts import Event, decode
from shared.kit.eventstore import Context, Policies, Work
from shared.kit.eventstore.store import Transaction

Message = tuple[int, bytes]
FetchLog = Callable[[int, int], Sequence[Message]]

LOG_PAGE = 500
BATCH = 200


@dataclass(slots=True)
class FollowerHealth:
    """How a follower is, for status pages: healthy, or what it is stuck on."""

    source: str
    position: int = 0
    failing: str | None = None
    since: str | None = None
    duplicates: int = 0
    filled: int = 0
    rejected: int = 0
    caught_up: bool = False  # once since the start: nothing from before it is missing

    def fail(self, error: Exception, at: str) -> None:
        """Remember the first moment of this failure."""
        self.failing = f"{type(error).__name__}: {error}"
        self.since = self.since or at

    def recover(self) -> None:
        """Forget the failure."""
        self.failing = self.since = None


class Follower:
    """Applies one source's events to one part, each exactly once and in order.

    - position = last + 1: views, policies and the new position in one transaction;
    - position <= last: a duplicate, dropped;
    - position > last + 1: the missing ones are read from the source's log first.
    """

    def __init__(self, work: Work, policies: Policies, source: str, fetch_log: FetchLog) -> None:
        """Follow `source`; `fetch_log(after, limit)` reads its log."""
        self.work = work
        self.policies = policies
        self.store = work.store
        self.source = source
        self.fetch_log = fetch_log
        self.health = FollowerHealth(source, self.store.reached(source)[0])

    def receive(self, messages: Sequence[Message]) -> None:
        """Apply what is new of the messages, filling gaps before them.

        Raises what a view, policy or the source's log raises; then nothing of the failing step
        has happened, and the position still says where to go on.
        """
        waiting: list[Message] = sorted(set(messages))
        self.health.duplicates += len(messages) - len(waiting)
        while waiting:
            last = self.health.position
            fresh = [message for message in waiting if message[0] > last]
            self.health.duplicates += len(waiting) - len(fresh)
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
            if not self._apply(step):
                waiting = sorted({*step, *waiting})

    def catch_up(self) -> int:
        """Read the source's log to its end; return how many events were new."""
        count = 0
        self.health.position = self.store.reached(self.source)[0]
        while page := self.fetch_log(self.health.position, LOG_PAGE):
            if self._apply(page):
                count += len(page)
        self.health.caught_up = True
        return count

    def _missing(self, last: int, before: int) -> Sequence[Message]:
        page = self.fetch_log(last, min(before - 1 - last, LOG_PAGE))
        page = [message for message in page if message[0] < before]
        if not page or page[0][0] != last + 1:
            raise LookupError(f"the log of {self.source} does not have {last + 1}")
        self.health.filled += len(page)
        return page

    def _apply(self, messages: Sequence[Message]) -> bool:
        """Apply messages in order; False if somebody else has moved the position meanwhile."""
        starts = range(0, len(messages), BATCH)
        return all(self._apply_together(messages[n : n + BATCH]) for n in starts)

    def _apply_together(self, messages: Sequence[Message]) -> bool:
        events = [decode(self.source, position, body) for position, body in messages]
        decides = self.policies
        context = self._context(events[0])
        repeatable = not (decides.may_append and any(map(decides.concerns, events)))
        with self.store.transaction(context, repeatable=repeatable) as transaction:
            last, decided = self.store.reached(self.source)
            if events[0].position != last + 1:
                # The position is the fence: a rebuild, or another follower, has moved it.
                self.health.position = last
                return False
            waiting: list[Event] = []
            for event in events:
                if event.position != last + 1:
                    raise LookupError(f"{self.source}: {event.position} after {last}")
                waiting.append(event)
                if event.position > decided and decides.concerns(event):
                    self._show(transaction, waiting)
                    waiting = []
                    transaction.context = self._context(event)
                    decides.decide(self.work, event)
                last = event.position
            self._show(transaction, waiting)
            decides.attend(self.work, [e for e in events if e.position > decided])
            self.store.track(self.source, last, decided)
        self.health.position = last
        return True

    def _show(self, transaction: Transaction, events: Sequence[Event]) -> None:
        # A part's own events had their effect on its views when they were appended.
        if self.source != self.store.source:
            self.store.views.apply_all(transaction.connection, events)

    def _context(self, event: Event) -> Context:
        return Context.of_policy(self.store.source, event)
