"""What rosters do by themselves: jobs are worked on for as long as the process lives."""

from __future__ import annotations

import logging
from functools import partial

from services.registration.rosters.queries import ThisProcess
from services.registration.rosters.reading.reader_process import READER
from services.registration.rosters.runner import run_imports
from shared.kit.eventstore.engine import UNAVAILABLE
from shared.kit.outages import Outage
from shared.kit.standing import keep_working
from shared.kit.tasks import Tasks
from shared.town.web.web import Web

log = logging.getLogger(__name__)
tasks = Tasks()


@tasks.forever
def work_on_imports(web: Web) -> None:
    """Work on jobs, in a green thread of its own."""
    work, outage = web.work, Outage(log, "imports", expected=UNAVAILABLE)

    def rest() -> None:
        work.busy = False
        READER.rest()

    keep_working(web.lead, work.own(ThisProcess).news, outage, partial(run_imports, work), rest)
