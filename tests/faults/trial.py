"""Trial: one fault injected under load, watched, healed, waited for, and judged."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from deploy.local.running import Running
from tests.faults import checker
from tests.faults.load import Load
from tests.faults.watching import Watching, converged, said
from tests.support.waiting import until

BEFORE_SECONDS = AFTER_SECONDS = 2.0  # of load without the fault
CONVERGED_SECONDS = 90.0


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong: `rage` injects it and goes on as long as it takes; on leaving it is healed."""

    name: str
    how: str
    rage: Callable[[Bench], AbstractContextManager[None]]


@dataclass(slots=True)
class Outcome:
    """What a fault has cost; `troubles` is what a checker found beside what was lost or doubled."""

    fault: Fault
    raged: float = 0.0
    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    before: list[str] = field(default_factory=list[str])
    during: list[str] = field(default_factory=list[str])
    after: list[str] = field(default_factory=list[str])
    converged: float | None = None
    troubles: list[str] = field(default_factory=list[str])
    notes: list[str] = field(default_factory=list[str])

    @property
    def survived(self) -> bool:
        """Whether nothing was lost, doubled or wrong, and everything is as it was again."""
        whole = not (self.lost or self.doubled or self.troubles or self.after)
        return whole and self.converged is not None


class Bench:
    """A running deployment, its load, and who judges it."""

    def __init__(self, running: Running, load: Load) -> None:
        """Begin with a town that is prepared."""
        self.running, self.load = running, load
        self.deployment, self.group = running.deployment, running.group
        self.reader = checker.Reader(running.deployment)
        self.notes: list[str] = []
        """What a fault has to tell of itself, in addition."""

    def wait_for_acknowledged(self, more: int, seconds: float = 60.0) -> None:
        """Return when so many more commands have been acknowledged."""
        journal = self.load.journal
        wanted = len(journal.read()) + more
        until(lambda: len(journal.read()) >= wanted, seconds, every=0.1)

    def attempt(self, fault: Fault) -> Outcome:
        """Inject a fault under load and judge what is left when it is healed."""
        outcome, journal = Outcome(fault), self.load.journal
        self._converge(outcome)
        outcome.before, known = said(self.deployment), len(journal.read())
        self.load.go_on()
        time.sleep(BEFORE_SECONDS)
        with Watching(self.deployment) as watching:
            began = time.monotonic()
            try:
                with fault.rage(self):
                    outcome.raged = time.monotonic() - began
            except Exception as error:
                outcome.troubles.append(f"not injected as meant: {error!r}"[:300])
        healed = time.monotonic()
        outcome.during = [f"{what} ({times})" for what, times in watching.heard.most_common()]
        time.sleep(AFTER_SECONDS)
        self.load.pause()
        self.load.api.bearer("auditor")  # whose sign-in is an event, before the logs are read
        if self._converge(outcome):
            outcome.converged = time.monotonic() - healed
        outcome.after = sorted(set(said(self.deployment)))
        self._judge(outcome, known)
        outcome.notes, self.notes = self.notes, []
        return outcome

    def _converge(self, outcome: Outcome) -> bool:
        """Wait until everybody is well and has everything; whether it came to that."""
        try:
            until(lambda: converged(self.deployment), CONVERGED_SECONDS, every=0.5)
        except AssertionError:
            outcome.troubles.append(f"has not converged after {CONVERGED_SECONDS:.0f} s")
            return False
        return True

    def _judge(self, outcome: Outcome, known: int) -> None:
        """Compare the whole journal, not only what is new: an earlier command may go as well."""
        journal, logs = self.load.journal.read(), self.reader.read()
        outcome.acknowledged = len(journal) - known
        outcome.lost = len(checker.lost(journal, logs))
        outcome.doubled = len(checker.doubled(journal, logs))
        ledger = self.reader.ledger(
            lambda **page: self.load.api.get("supervision", "/api/ledger", **page)
        )
        outcome.troubles += checker.not_in_ledger(ledger, logs)[:3]
        outcome.troubles += checker.broken_rules(ledger, self.deployment)[:3]
        views = self.reader.views()
        self.reader.rebuild()
        self._converge(outcome)
        outcome.troubles += checker.differing(views, self.reader.views())[:3]
