"""What the key desk does by itself: it forgets with the hour whose keys were asked for."""

from services.registration.key_desk import commands, queries
from shared.kit.eventstore import Context
from shared.kit.tasks import Tasks
from shared.town.web.web import Web

EVERY_SECONDS = 60.0

tasks = Tasks()


@tasks.every(EVERY_SECONDS)
def drop_earlier(web: Web) -> None:
    """Drop whom nobody counts any more, also when nobody asks again."""
    if queries.has_earlier(web.work):
        context = Context("key desk", "system", "key desk")
        with web.work.store.transaction(context, repeatable=True):
            commands.drop_earlier(web.work)
