"""What is done with the parts' keys by itself: those of the deployment file are published."""

from __future__ import annotations

import logging
import time

from services.supervision.part_keys import commands
from shared.kit.eventstore import Context
from shared.kit.eventstore.engine import UNAVAILABLE
from shared.kit.language import Text
from shared.kit.outages import Outage
from shared.kit.tasks import Tasks
from shared.town.web.web import Web

AGAIN_SECONDS = 5.0

log = logging.getLogger(__name__)
tasks = Tasks()


@tasks.forever
def publish_keys(web: Web) -> None:
    """Publish what is new in the deployment file: once, when supervision begins to serve."""
    outage = Outage(log, Text("部件的密钥", "the keys of parts"), expected=UNAVAILABLE)
    while True:
        try:
            with web.work.store.transaction(Context("start", "system", "start")):
                commands.publish(web.work, web.deployment.keys)
        except Exception as error:
            # The store is away, for instance: until it is back the keys of before count.
            outage.failed(error, Text("未能发布", "are not published"))
            time.sleep(AGAIN_SECONDS)
        else:
            outage.over()
            return
