"""The lead: of the processes that serve one part, one at a time follows and does the part's own work.

    lead = Lead(store)
    lead.keep()          # for ever, in a thread of its own

    while True:
        lead.wait()      # this process is the one
        ...

It is a lock beside the store: whoever dies has lost it, and another process has it within a second.
A database that went away takes the lock with it on PostgreSQL. Whoever had the lead keeps it then
until somebody else has it, so for a moment there may be two. What is done under it is safe all the
same: positions, attempts of jobs and keys of commands are looked at in the transaction that
changes them.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from shared.kit.eventstore.engine import UNAVAILABLE
from shared.kit.eventstore.locks import alone
from shared.kit.eventstore.store import Store
from shared.kit.language import Text, at_terminal
from shared.kit.outages import Outage

LEAD_LOCK = 7_244
TRY_SECONDS = 0.5
LOOK_SECONDS = 1.0  # between two looks whether the lock is still held

log = logging.getLogger(__name__)


class Lead:
    """Whether this process has the lead of its part."""

    def __init__(self, store: Store, rest: Callable[[float], object] = time.sleep) -> None:
        """Nobody has it who does not `keep` it; `rest` waits some seconds."""
        self._store = store
        self._rest = rest
        self._here = threading.Event()

    @property
    def here(self) -> bool:
        """Whether this process has it."""
        return self._here.is_set()

    def wait(self) -> None:
        """Return as soon as this process has it."""
        self._here.wait()

    def keep(self) -> None:
        """Take the lead whenever nobody else has it, and keep it, for ever."""
        name = Text("{source} 的主持权", "{source}: the lead", {"source": self._store.source})
        outage = Outage(log, name, expected=(*UNAVAILABLE, OSError))
        while True:
            try:
                with alone(self._store, "lead", LEAD_LOCK) as held:
                    outage.over()
                    if held is None:
                        self._give_up()
                    else:
                        self._take()
                        while True:
                            self._rest(LOOK_SECONDS)
                            held.check()
            except Exception as error:  # the store is away, and with it the lock
                outage.failed(error, Text("无法取得", "cannot be had"))
            self._rest(TRY_SECONDS)

    def _take(self) -> None:
        if not self.here:
            log.info(
                at_terminal(
                    "{source}：由本进程主持",
                    "{source}: this process has the lead",
                    source=self._store.source,
                )
            )
            self._here.set()

    def _give_up(self) -> None:
        if self.here:
            log.warning(
                at_terminal(
                    "{source}：改由另一个进程主持",
                    "{source}: another process has the lead now",
                    source=self._store.source,
                )
            )
            self._here.clear()
