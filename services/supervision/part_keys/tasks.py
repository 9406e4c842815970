"""What is done with the parts' keys by itself: those of the deployment file are published."""

from __future__ import annotations

import logging
import time

from services.supervision.part_keys import commands
from shared.kit.eventstore import Context
from shared.kit.tasks import Tasks
from shared.town.web.web import Web

AGAIN_SECONDS = 5.0

log = logging.getLogger(__name__)
tasks = Tasks()


@tasks.forever
def publish_keys(web: Web) -> None:
    """Publish what is new in the deployment file: once, when supervision begins to serve."""
    while True:
        try:
            with web.work.store.transaction(Context("start", "system", "start")):
                commands.publish(web.work, web.deployment.keys)
        except Exception:
            # The store is away, for instance: until it is back the keys of before count.
            log.exception("the keys of parts are not published")
            time.sleep(AGAIN_SECONDS)
        else:
            return
