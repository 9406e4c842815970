"""Green threads on one store: a command that pauses while the relay marks how far it is.

python -m tests.support.green_threads URL
"""

# ruff: noqa: E402
import eventlet

eventlet.monkey_patch()

import sys

from shared.kit.clock import SystemClock
from shared.kit.eventstore import Context, Store
from shared.town.campaign import load
from tests.eventstore.test_store import views
from tests.support.part import CAMPAIGN_FILE


def main(url: str) -> None:
    """Print in what order things ended."""
    store = Store(url, "appointments/stadium", views, SystemClock(load(CAMPAIGN_FILE).zone))
    ended: list[str] = []

    def command() -> None:
        with store.transaction(Context("key", "nurse-01", "correlation-1")):
            eventlet.sleep(0.2)  # time in which the mark would be made, did it not wait
            ended.append("command")

    def mark() -> None:
        store.mark_published(1)
        ended.append("mark")

    eventlet.spawn(command)
    eventlet.sleep(0)  # no time: the command's turn
    eventlet.spawn(mark).wait()
    print(*ended)
    store.close()


if __name__ == "__main__":
    main(sys.argv[1])
