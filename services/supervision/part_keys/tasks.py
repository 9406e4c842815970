"""What is done with the parts' keys by itself: those of the deployment file are published."""

from __future__ import annotations

from services.supervision.part_keys import commands
from shared.kit.eventstore import Context
from shared.kit.tasks import Tasks
from shared.town.web.web import Web

tasks = Tasks()


@tasks.forever
def publish_keys(web: Web) -> None:
    """Publish what is new in the deployment file: once, when supervision begins to serve."""
    with web.work.store.transaction(Context("start", "system", "start")):
        commands.publish(web.work, web.deployment.keys)
