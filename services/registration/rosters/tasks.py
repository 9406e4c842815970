"""What rosters do by themselves: jobs are worked on for as long as the process lives."""

from __future__ import annotations

import logging

from services.registration.rosters.queries import ThisProcess
from services.registration.rosters.reading.reader_process import READER
from services.registration.rosters.runner import run_imports
from shared.kit.eventstore.engine import UNAVAILABLE
from shared.kit.outages import Outage
from shared.kit.tasks import Tasks
from shared.town.web.web import Web

LOOK_SECONDS = 1.0
"""How often jobs are looked for that other processes took in, or left behind."""

log = logging.getLogger(__name__)
tasks = Tasks()


@tasks.forever
def work_on_imports(web: Web) -> None:
    """Work on jobs, in a green thread of its own."""
    work = web.work
    news, outage = work.own(ThisProcess).news, Outage(log, "imports", expected=UNAVAILABLE)
    while True:
        web.lead.wait()
        news.clear()
        try:
            run_imports(work)
        except Exception as error:
            # The store is away, for instance: the jobs are still there when it is back.
            outage.failed(error, "stand")
        else:
            outage.over()
        if not news.wait(LOOK_SECONDS):
            work.busy = False
            READER.rest()
