"""What the ledger does before the part serves, and beside it."""

from __future__ import annotations

import logging
import time

from services.supervision.ledger.commands import begin_acts, count_held, note_acts
from shared.kit.eventstore import Context
from shared.kit.eventstore.engine import UNAVAILABLE
from shared.kit.language import Text
from shared.kit.outages import Outage
from shared.kit.tasks import Tasks
from shared.town.web.web import Web

REST_SECONDS = 0.1  # in which others write
AGAIN_SECONDS = 5.0

log = logging.getLogger(__name__)
tasks = Tasks()
tasks.at_start(count_held)
tasks.at_start(begin_acts)


@tasks.forever
def note_all_acts(web: Web) -> None:
    """Note by what entries are found that an older version has kept, some at a time, while others work."""
    outage, more = Outage(log, Text("台账的查找", "finding entries"), expected=UNAVAILABLE), True
    while more:
        try:
            with web.work.store.transaction(Context("start", "system", "start")):
                more = note_acts(web.work)
        except Exception as error:
            # The store is away, for instance: what is not noted yet is still there when it is back.
            outage.failed(error, Text("尚未完成", "is not done"))
            time.sleep(AGAIN_SECONDS)
        else:
            outage.over()
            time.sleep(REST_SECONDS)
