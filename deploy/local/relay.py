"""The relay process: one store, one broker, until it is told to stop.

python -m deploy.local.relay DEPLOYMENT.json SOURCE
"""

from __future__ import annotations

import logging
import signal
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

from deploy.local.waiting import when_there
from deploy.parts import followers_of, open_store
from shared.kit import language_files
from shared.kit.language import at_terminal, of_terminal, speaking
from shared.kit.messaging.pika_publisher import PikaPublisher
from shared.kit.messaging.relay import Relay, active
from shared.kit.outages import Outage
from shared.kit.source_keys import sealing
from shared.town.deployment import Deployment, Instance

SHORTEST_IDLE_SECONDS, LONGEST_IDLE_SECONDS = 0.005, 0.04  # between two looks into the store
LONGER = 1.02  # each look in vain; the longest pause is reached two seconds after the last event
STANDBY_SECONDS = 1.0
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.2, 10.0

log = logging.getLogger("vaxledger.relay")


def relay_until_stopped(deployment: Deployment, part: Instance) -> None:
    """Relay a part's store to the broker; stand by while another relay of it is active."""
    stopping = threading.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, lambda _signum, _frame: stopping.set())
    pause, outage = FIRST_PAUSE_SECONDS, Outage(log, part.source)

    def works() -> None:
        nonlocal pause
        pause = FIRST_PAUSE_SECONDS
        outage.over()

    while not stopping.is_set():
        try:
            _relay(deployment, part, stopping, works)
        except Exception as error:
            outage.failed(error)
            stopping.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)


def _relay(
    deployment: Deployment, part: Instance, stopping: threading.Event, works: Callable[[], None]
) -> None:
    store = when_there(part.source, partial(open_store, deployment, part), stopping)
    if store is None:
        return
    followers = followers_of(deployment, part.source)
    broker, declares = deployment.broker_of(part), not part.broker
    seal = sealing(deployment.secret_of(part.source), part.source)
    publisher = PikaPublisher(broker, part.source, followers, seal, declares=declares)
    try:
        with active(store) as ours:
            if not ours:
                works()
                log.info(
                    at_terminal("{source} 待命", "standing by for {source}", source=part.source)
                )
                stopping.wait(STANDBY_SECONDS)
                return
            relay, idle, said = Relay(store, publisher), SHORTEST_IDLE_SECONDS, False
            while not stopping.is_set():
                if relay.step():
                    idle = SHORTEST_IDLE_SECONDS
                else:
                    publisher.serve(idle)
                    idle = min(idle * LONGER, LONGEST_IDLE_SECONDS)
                if not said:  # by now the broker has answered
                    log.info(
                        at_terminal("正在转发 {source}", "relaying {source}", source=part.source)
                    )
                    said = True
                works()
    finally:
        publisher.close()
        store.close()


def main(arguments: list[str]) -> None:
    """Relay the source the command line names."""
    language_files.add_all()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    # They say each failure several times, with traces; the relay says it once.
    for name in ("pika", "sqlalchemy.pool"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    deployment = Deployment.read(Path(arguments[0]))
    with speaking(of_terminal()):
        relay_until_stopped(deployment, deployment.part(arguments[1]))


if __name__ == "__main__":
    main(sys.argv[1:])
