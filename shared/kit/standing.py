"""Standing work: done whenever there is news of some, and looked for every second, for the life of a process."""

from __future__ import annotations

import threading
from collections.abc import Callable

from shared.kit.eventstore.lead import Lead
from shared.kit.language import Text
from shared.kit.outages import Outage

LOOK_SECONDS = 1.0
"""How often is looked for what other processes took in, or left behind."""


def keep_working(
    lead: Lead, news: threading.Event, outage: Outage, work: Callable[[], object]
) -> None:
    """Work for ever while this process has the lead."""
    while True:
        lead.wait()
        news.clear()
        try:
            work()
        except Exception as error:
            # The store is away, for instance: the work is still there when it is back.
            outage.failed(error, Text("停住", "stand"))
        else:
            outage.over()
        news.wait(LOOK_SECONDS)
