"""What supervision watches of reactions, every minute."""

from __future__ import annotations

from services.supervision.reactions.commands import flag_clocks
from shared.kit.eventstore import Context
from shared.kit.tasks import Tasks
from shared.town.web.web import Web

tasks = Tasks()


@tasks.every(60)
def watch_clocks(web: Web) -> None:
    """Flag reactions that are to be reported up soon, and those that were not in time."""
    with web.work.store.transaction(Context.once("policy:supervision")):
        flag_clocks(web.work)
