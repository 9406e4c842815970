"""What is done about long queries without being asked: they are answered as long as the process lives."""

from __future__ import annotations

import logging

from services.supervision.long_queries.answerer import JOBS_ANSWERER, PAGES_ANSWERER
from services.supervision.long_queries.queries import ThisProcess
from services.supervision.long_queries.runner import run
from shared.kit.eventstore.engine import UNAVAILABLE
from shared.kit.outages import Outage
from shared.kit.tasks import Tasks
from shared.town.web.web import Web

LOOK_SECONDS = 1.0
"""How often is looked for what other processes were asked, or left behind."""

log = logging.getLogger(__name__)
tasks = Tasks()


@tasks.forever
def answer_long_queries(web: Web) -> None:
    """Answer long queries, in a green thread of its own."""
    news, outage = web.work.own(ThisProcess).news, Outage(log, "long queries", expected=UNAVAILABLE)
    while True:
        web.lead.wait()
        news.clear()
        try:
            run(web)
        except Exception as error:
            # The store is away, for instance: they are still asked when it is back.
            outage.failed(error, "stand")
        else:
            outage.over()
        if not news.wait(LOOK_SECONDS):
            JOBS_ANSWERER.rest()
            PAGES_ANSWERER.rest()
