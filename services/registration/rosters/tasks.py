"""What rosters do by themselves: jobs are worked on for as long as the process lives."""

from __future__ import annotations

import logging
from functools import partial

from services.registration.rosters.queries import ThisProcess
from services.registration.rosters.reading.reader_process import READER
from services.registration.rosters.runner import run_imports
from shared.kit.eventstore.engine import UNAVAILABLE
from shared.kit.outages import Outage
from shared.kit.standing import LOOK_SECONDS, keep_working
from shared.kit.tasks import Tasks
from shared.town.web.web import Web

log = logging.getLogger(__name__)
tasks = Tasks()


@tasks.forever
def work_on_imports(web: Web) -> None:
    """Work on jobs, in a green thread of its own."""
    work, outage = web.work, Outage(log, "imports", expected=UNAVAILABLE)
    keep_working(web.lead, work.own(ThisProcess).news, outage, partial(run_imports, work))


@tasks.every(LOOK_SECONDS, each_process=True)
def end_idle_reader(web: Web) -> None:
    """End what has read a roster, also where the lead was lost since: the file lies in its memory."""
    del web
    READER.rest()
