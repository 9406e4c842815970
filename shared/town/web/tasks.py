"""What every part does by itself: it keeps no old keys, nothing of the erased, and looks for restores."""

from __future__ import annotations

from shared.kit import memory
from shared.kit.charts.artist import ARTIST
from shared.kit.office.pdf import SETTER
from shared.kit.tasks import Tasks
from shared.town.web import restores
from shared.town.web.web import Web

EVERY_SECONDS = 10.0
HEAR_SECONDS = 1.0

tasks = Tasks()
tasks.forever(restores.watch, each_process=True)


@tasks.every(EVERY_SECONDS, each_process=True)
def forget(web: Web) -> None:
    """Drop old keys; overwrite what was freed since somebody was erased."""
    web.work.privacy.expire()
    memory.wash_after_erasures()


@tasks.every(EVERY_SECONDS, each_process=True)
def end_idle_processes(web: Web) -> None:
    """End what draws charts and sets papers when nobody asks for any."""
    del web
    ARTIST.rest()
    SETTER.rest()


@tasks.every(HEAR_SECONDS, each_process=True)
def forget_with_others(web: Web) -> None:
    """Forget whom another process of this part was told to forget."""
    if not web.deployment.embedded:
        web.work.forget_with_others()
