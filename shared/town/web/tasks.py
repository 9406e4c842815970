"""What every part does by itself: it keeps no old keys, nothing of the erased, and looks for restores."""

from __future__ import annotations

from shared.kit import memory
from shared.kit.tasks import Tasks
from shared.town.web import restores
from shared.town.web.web import Web

EVERY_SECONDS = 10.0

tasks = Tasks()
tasks.forever(restores.watch)


@tasks.every(EVERY_SECONDS)
def forget(web: Web) -> None:
    """Drop old keys; overwrite what was freed since somebody was erased."""
    web.work.privacy.expire()
    memory.wash_after_erasures()
