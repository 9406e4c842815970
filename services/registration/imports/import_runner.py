"""The runner: a nameko entrypoint that works on jobs for as long as its process lives."""

from __future__ import annotations

import logging
from typing import Any

from nameko.extensions import Entrypoint

LOOK_SECONDS = 1.0
"""How often jobs are looked for that other processes took in, or left behind."""

log = logging.getLogger(__name__)


class Runner(Entrypoint):
    """Works on the application's jobs in a green thread of its own."""

    def start(self) -> None:
        """Begin to work."""
        self.container.spawn_managed_thread(self._run)

    def _run(self) -> None:
        app: Any = self.container.config["edge"].work
        while True:
            app.import_news.clear()
            try:
                app.run_imports()
            except Exception:
                # The store is away, for instance: the jobs are still there when it is back.
                log.exception("imports stand")
            if not app.import_news.wait(LOOK_SECONDS):
                app.busy = False


runner = Runner.decorator
