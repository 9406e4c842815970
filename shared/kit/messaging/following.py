"""Following a source: every event once, in order, whatever the broker does.

`Follower` is the rule, without a broker: it is handed messages as they come, and the source's
log where they do not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from shared.kit.contracts import Event, heard
from shared.kit.contracts.chain import Linked, beginning
from shared.kit.contracts.histories import Histories
from shared.kit.eventstore import Context, Policies, Work
from shared.kit.eventstore.followed import Reached
from shared.kit.eventstore.restored import SourceDiffers
from shared.kit.eventstore.store import Transaction
from shared.kit.language import Text
from shared.kit.messaging.health import FollowerHealth
from shared.kit.refusals import Refusal, refusal
from shared.kit.source_keys import Holds

FetchLog = Callable[[int, int], Sequence[Linked]]

GONE = Text("已经不在", "not there any more")
OTHER = Text("是另一个事件", "another event")
PAST = Text("此前是另一段历史", "another history up to here")
LOOSE = Text("接不上前一条", "it does not continue the chain")
LOG_PAGE = 500
BATCH = 200
RECENT = 10_000

LogUnsealed = refusal(
    "log-unsealed",
    503,
    zh="在 {source} 的地址上读到的日志没有它的签名，没有采用。如果它的密钥刚刚更换，稍候即可；"
    "否则请查是谁在这个地址上应答。",
    en="What answers at the address of {source} does not bear its seal and was not believed. If its"
    " key was just replaced, wait; otherwise find out who answers there.",
    doc="A source's log is not sealed with the key that counts for it.",
)


class Follower:
    """Applies one source's events to one part, each exactly once, in order, and only true ones.

    - the next of the chain: views, policies and the new position in one transaction;
    - one already applied: a duplicate, if its link is the same;
    - anything else: the source's own log is read, which decides what is true.
    """

    def __init__(
        self,
        work: Work,
        policies: Policies,
        source: str,
        fetch_log: FetchLog,
        holds: Holds | None = None,
    ) -> None:
        """Follow `source`; `fetch_log(after, limit)` reads its log.

        `holds` tells whether a seal is the source's, of a message or of its log's last event;
        without it, in a process that is its own broker, they need none.
        """
        self.work = work
        self.policies = policies
        self.store = work.store
        self.source = source
        self.fetch_log = fetch_log
        self.holds = holds
        self.health = FollowerHealth(source)
        self._end: bytes | None = None  # the chain's link at the position; None: not known yet
        self._ahead: dict[int, bytes] = {}  # links ahead of the position that its log must have
        self._recent: dict[int, bytes] = {}  # links of what was applied last
        self._histories = Histories(source)
        self._begin()

    def receive(self, messages: Sequence[Linked]) -> list[Linked]:
        """Apply what is new of the messages, reading the source's log where they do not continue.

        Returns the messages that are false: not what the source's log has at their position.
        Raises what a view, policy or the source's log raises; then nothing of the failing step
        has happened, and the position still says where to go on.
        """
        self._make_good()
        waiting, taken = sorted(set(messages)), set[Linked]()
        while fresh := [each for each in waiting if each.position > self.health.position]:
            step: Sequence[Linked] = self._continuing(fresh)
            if step:
                taken.update(step)
            else:
                step = self._page()
                self.health.filled += len(step)
            if not step:
                break  # the others are from beyond the end of the log
            self._apply(step)
        false = self._false([each for each in waiting if each not in taken])
        self.health.duplicates += len(messages) - len(taken) - sum(map(messages.count, false))
        return false

    def catch_up(self) -> int:
        """Read the source's log to its end; return how many events were new."""
        count = 0
        self._begin()
        self._make_good()
        while page := self._page():
            if self._apply(page):
                count += len(page)
        self.health.caught_up = True
        return count

    def _make_good(self) -> None:
        """Make the views anew if they hold what an operator has said not to count any more."""
        if self._stopped:
            self._begin()
        if self._void:
            self.work.rebuild_views()
            self._recent.clear()
            self._begin()

    def _page(self) -> Sequence[Linked]:
        """What the log has next. It is read from the last event on that was applied: is it there?"""
        at = self.health.position
        self._must_have_what_is_ahead()
        page = self._read(max(0, at - 1), LOG_PAGE)
        if at > 0:
            if not page or page[0].position != at:
                raise self._differs(at, GONE)
            if self._end is None:  # from before the chain, or in the middle of a rebuild
                self._end = page[0].link
            if page[0].link != self._end:
                raise self._differs(at, OTHER)
            page = page[1:]
        end = self._end or b""
        for number, each in enumerate(page):
            before, end = end, each.link
            if what := self._not_next(at + number + 1, before, each):
                if number == 0:
                    raise self._differs(at + 1, what)
                return page[:number]  # what is before it is true, and applied first
        return page

    def _read(self, after: int, limit: int) -> Sequence[Linked]:
        page = self.fetch_log(after, limit)
        if page and self.holds is not None and not self.holds(page[-1]):
            raise LogUnsealed(source=self.source)
        return page

    def _not_next(self, position: int, before: bytes, event: Linked) -> Text | None:
        """Say why an event of the log does not follow the link `before`; None if it does."""
        if event.position != position:
            return GONE
        if event.link != self._link(before, event):
            return LOOSE
        if event.link != self._ahead.get(position, event.link):
            return PAST
        return None

    def _must_have_what_is_ahead(self) -> None:
        """Before anything is applied: has the log what was decided on, or accepted, further on?"""
        for at, link in self._ahead.items() if not self._met else ():
            page = self._read(at - 1, 1)
            if not page or (page[0].position, page[0].link) != (at, link):
                raise self._differs(at, PAST)
        self._met = True

    def _begin(self) -> None:
        """Go on from where the store says that the views are."""
        reached = self.store.reached(self.source)
        self._histories = self.store.histories(self.source)
        self.health.position, self._end = reached.position, self._known_end(reached)
        self._stopped, self._void = False, reached.void  # the views hold what does not count
        if self._end is not None:
            self._recent[reached.position] = self._end
        ahead = self._histories.must_meet(reached.position)
        self._ahead = {each.after: each.link for each in ahead}
        if reached.position < reached.decided and reached.link:
            self._ahead[reached.decided] = reached.link
        self._met = not self._ahead

    def _known_end(self, reached: Reached) -> bytes | None:
        if reached.position == 0:
            return beginning(self.source)
        return reached.link if reached.position == reached.decided else None

    def _continuing(self, fresh: Sequence[Linked]) -> list[Linked]:
        """The first of the messages that continue the chain, up to the last that is sealed."""
        if self._end is None:
            self._page()
        found, position, end = list[Linked](), self.health.position, self._end
        if any(at > position for at in self._ahead):
            return []  # up to there messages of a history that does not count continue it as well
        assert end is not None
        link = self._histories.link
        for message in fresh:
            if message.position > position + 1:
                break
            if message.link == link(end, position + 1, message.body):
                found.append(message)
                position, end = message.position, message.link
        if self.holds is not None:
            while found and not (found[-1].seal and self.holds(found[-1])):
                found.pop()
        return found

    def _false(self, messages: Sequence[Linked]) -> list[Linked]:
        """The messages that are not what the source's log has at their position."""
        found, true = list[Linked](), dict[int, Linked]()
        beyond = messages[-1].position + 1 if messages else 0
        for message in messages:
            at = message.position
            before, ours = self._recent.get(at - 1), self._recent.get(at)
            if before is not None and message.link == ours == self._link(before, message):
                continue
            if at not in true and at < beyond:
                page = self._read(at - 1, min(messages[-1].position - at + 1, LOG_PAGE))
                true |= {each.position: each for each in page}
                beyond = beyond if page else at
            said = true.get(at)
            if ours is not None and (said is None or said.link != ours):
                raise self._differs(at, OTHER)
            if said is None or message.body != said.body or message.link not in (b"", said.link):
                found.append(message)
        return found

    def _apply(self, messages: Sequence[Linked]) -> bool:
        """Apply messages in order; False if somebody else has moved the position meanwhile.

        One that cannot be applied holds up none before it.
        """
        together = BATCH
        while messages:
            batch = messages[:together]
            try:
                done = self._apply_together(batch)
            except SourceDiffers:
                raise
            except Exception:
                if len(batch) == 1:
                    raise
                together = len(batch) // 2
                continue
            if not done:
                return False
            messages = messages[done:]
        return True

    def _apply_together(self, messages: Sequence[Linked]) -> int:
        """Apply messages that continue the chain; return how many: 0 if the position was moved."""
        name = self._histories.name
        events = [heard(name(each.position), each.position, each.body) for each in messages]
        decides = self.policies
        context = self._context(events[0])
        repeatable = not (decides.may_append and any(map(decides.concerns, events)))
        with self.store.transaction(context, repeatable=repeatable) as transaction:
            reached = self.store.reached(self.source)
            known = self._known_end(reached) or self._end
            if (reached.position, known) != (events[0].position - 1, self._end):
                # The position is the fence: a rebuild, or another follower, has moved it.
                self._begin()
                return 0
            waiting: list[Event] = []
            for event in events:
                waiting.append(event)
                if event.position > reached.decided and decides.concerns(event):
                    self._show(transaction, waiting)
                    waiting = []
                    transaction.context = self._context(event)
                    decides.decide(self.work, event)
            self._show(transaction, waiting)
            decides.attend(self.work, [e for e in events if e.position > reached.decided])
            last, end = messages[-1].position, messages[-1].link
            ahead = last >= reached.decided
            now = Reached(last, last, end) if ahead else reached._replace(position=last)
            self.store.track(self.source, now)
        self.health.position, self._end = last, end
        self._remember(messages)
        return len(messages)

    def _link(self, before: bytes, message: Linked) -> bytes:
        return self._histories.link(before, message.position, message.body)

    def _differs(self, position: int, what: Text) -> Refusal:
        self._stopped = True  # an operator may accept it: then the store says where to go on
        return SourceDiffers(source=self.source, position=position, what=what)

    def _remember(self, messages: Sequence[Linked]) -> None:
        self._recent.update((each.position, each.link) for each in messages)
        while len(self._recent) > RECENT:
            del self._recent[next(iter(self._recent))]

    def _show(self, transaction: Transaction, events: Sequence[Event]) -> None:
        # A part's own events had their effect on its views when they were appended.
        if self.source != self.store.source:
            self.store.views.apply_all(transaction.connection, events)

    def _context(self, event: Event) -> Context:
        return Context.of_policy(self.store.source, event)
