"""What is done about long queries without being asked: they are answered as long as the process lives."""

from __future__ import annotations

import logging
from functools import partial

from services.supervision.long_queries.answerer import JOBS_ANSWERER, PAGES_ANSWERER
from services.supervision.long_queries.queries import ThisProcess
from services.supervision.long_queries.runner import run
from shared.kit.eventstore.engine import UNAVAILABLE
from shared.kit.outages import Outage
from shared.kit.standing import LOOK_SECONDS, keep_working
from shared.kit.tasks import Tasks
from shared.town.web.web import Web

log = logging.getLogger(__name__)
tasks = Tasks()


@tasks.forever
def answer_long_queries(web: Web) -> None:
    """Answer long queries, in a green thread of its own."""
    news, outage = web.work.own(ThisProcess).news, Outage(log, "long queries", expected=UNAVAILABLE)
    keep_working(web.lead, news, outage, partial(run, web))


@tasks.every(LOOK_SECONDS, each_process=True)
def end_idle_answerers(web: Web) -> None:
    """End what has answered and is asked no more; pages are answered without the lead as well."""
    del web
    JOBS_ANSWERER.rest()
    PAGES_ANSWERER.rest()
