"""Processes of green threads: the embedded system, or one part of a real deployment.

    python -m deploy.local.serve up DEPLOYMENT.json
    python -m deploy.local.serve serve DEPLOYMENT.json SOURCE [PROCESSES]

PROCESSES is how many serve that part together (`deploy.local.several`); each counts its share of
what one client may ask.

Its first lines patch the standard library, so nothing else may import it.
"""

# ruff: noqa: E402
import eventlet

eventlet.monkey_patch()

import gc
import logging
import signal
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from deploy.containers import container
from deploy.local.waiting import serving, when_there
from deploy.parts import followers_of, open_work
from shared.kit import language_files
from shared.kit.eventstore import Work
from shared.kit.language import at_terminal
from shared.kit.messaging.memory_publisher import MemoryPublisher
from shared.kit.messaging.relay import Relay, active
from shared.town.deployment import Deployment, Instance

IDLE_SECONDS = 1.0
GATHER_SECONDS = 0.04  # a batch costs each follower one commit, whatever its size
# Between two batches while a long job is at work: soon enough that nobody looks into the log.
HOLD_SECONDS, LOOK_SECONDS = 12.0, 0.1
STANDBY_SECONDS = 1.0  # while another process relays the store, or its lock cannot be had
STOP_SECONDS = 10

log = logging.getLogger("vaxledger")


def serve(deployment: Deployment, parts: tuple[Instance, ...]) -> bool:
    """Serve parts until SIGTERM or Ctrl-C; in an embedded deployment relay their events too.

    False when a part ended by itself: then all of them end, to be started again by who supervises.
    """
    if any(part.store.startswith("postgresql") for part in parts):
        from deploy.local import postgres_wait  # and psycopg, which SQLite does without

        postgres_wait.install()
    stopping, ended = threading.Event(), list[str]()
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(
            signum,
            lambda _signum, _frame: eventlet.hubs.get_hub().schedule_call_global(0, stopping.set),
        )
    works = [
        work
        for part in parts
        if (work := when_there(part.source, partial(open_work, deployment, part), stopping))
    ]
    if stopping.is_set():
        return True
    containers = [
        container(deployment, part, work) for part, work in zip(parts, works, strict=True)
    ]
    if deployment.embedded:
        for work in works:
            followers = followers_of(deployment, work.store.source)
            publisher = MemoryPublisher(work.store.source, followers)
            relaying = partial(relay_forever, work, publisher, stopping)
            eventlet.spawn_n(_watch, _relay_of(work.store.source), relaying, stopping, ended)
    for one in containers:
        one.start()
        eventlet.spawn_n(_watch, one.service_name, one.wait, stopping, ended)
    # What is here now stays for the life of the process; rosters make and drop objects by the million.
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)
    log.info(serving(", ".join(part.source for part in parts)))
    while not stopping.is_set():
        stopping.wait(3600)
    _stop(containers)
    for work in works:
        work.store.close()
    return not ended


def _watch(
    name: str, run: Callable[[], object], stopping: threading.Event, ended: list[str]
) -> None:
    """Let the process end with what of it ends by itself."""
    try:
        run()
    except Exception as error:
        log.critical(
            at_terminal(
                "{name} 自行结束：{kind}: {error}",
                "{name} ended by itself: {kind}: {error}",
                name=name,
                kind=type(error).__name__,
                error=error,
            )
        )
        ended.append(name)
        stopping.set()


def relay_forever(work: Work, publisher: MemoryPublisher, stopping: threading.Event) -> None:
    """Relay one store inside this process, woken by its commits.

    While the store's part is busy with a long job, one batch goes out every few seconds: the
    other parts, which live in the same thread, would take its time away.
    """
    store, news = work.store, threading.Event()
    store.listeners.append(news.set)
    while not stopping.is_set():
        try:
            with active(store) as ours:
                if ours:
                    _relay(work, publisher, news, stopping)
                else:
                    log.error(
                        at_terminal(
                            "{source} 已由另一个进程转发",
                            "{source} is already relayed by another process",
                            source=store.source,
                        )
                    )
        except Exception:
            log.exception(_relay_of(store.source))
        stopping.wait(STANDBY_SECONDS)


def _relay_of(source: str) -> str:
    return at_terminal("{source} 的转发", "relay of {source}", source=source)


def _relay(
    work: Work, publisher: MemoryPublisher, news: threading.Event, stopping: threading.Event
) -> None:
    relay = Relay(work.store, publisher)
    while not stopping.is_set():
        news.clear()
        try:
            relay.step()
        except Exception:
            log.exception(_relay_of(work.store.source))
        if news.wait(IDLE_SECONDS):
            eventlet.sleep(GATHER_SECONDS)
        held = 0.0
        while work.busy and held < HOLD_SECONDS:
            eventlet.sleep(LOOK_SECONDS)
            held += LOOK_SECONDS


def _stop(containers: list[Any]) -> None:
    pool = eventlet.GreenPool()
    for one in containers:
        pool.spawn_n(one.stop)
    with eventlet.Timeout(STOP_SECONDS, False):
        pool.waitall()
        return
    for one in containers:
        one.kill()


def main(arguments: list[str]) -> None:
    """Serve what the command line names."""
    language_files.add_all()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    for name in ("nameko", "kombu", "amqp", "urllib3"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # A connection that is lost comes with a trace here; who used it says so in a line.
    logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)
    command, file, *rest = arguments
    deployment = Deployment.read(Path(file))
    if command == "up":
        sys.exit(not serve(deployment, deployment.parts))
    source, *processes = rest
    shared = deployment.shared_by(*map(int, processes))
    sys.exit(not serve(shared, (shared.part(source),)))


if __name__ == "__main__":
    main(sys.argv[1:])
