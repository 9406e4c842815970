"""A process that writes into a store as its neighbours do: in several threads, slowly at times, with rollbacks.

python -m tests.support.gap_writer URL FIRST WRITERS EVENTS [unlocked]
"""

from __future__ import annotations

import random
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from shared.kit.clock import SystemClock
from shared.kit.eventstore import Context, Store, Views
from shared.town.contracts import catalogue

assert catalogue  # whoever stores events knows their shapes
SOURCE = "appointments/stadium"
ROLLED_BACK, SLOW = 0.2, 0.1  # so many of the transactions
SLOWEST_SECONDS = 0.01
MOST_TOGETHER = 5
OF_WRITER = 1_000_000


class RolledBackError(Exception):
    """A transaction is given up on purpose."""


def open_at(url: str) -> Store:
    """The store; its events show nowhere."""
    return Store(url, SOURCE, Views(), SystemClock(ZoneInfo("Asia/Shanghai")))


def name_of(writer: int, number: int) -> str:
    """The resident in the event that a writer writes as its `number`-th."""
    return str(UUID(int=writer * OF_WRITER + number))


def an_event(writer: int, number: int) -> dict[str, Any]:
    """An event that says whose it is, and the how manieth of its writer's."""
    data = {"site": "stadium", "day": "2024-04-02", "time": "08:00", "dose": 1}
    return {
        "event": "SlotTaken",
        "version": 1,
        "stream": str(uuid.uuid4()),
        "stream_version": 1,
        "occurred_at": "2024-04-02T08:00:00+08:00",
        "recorded_at": "2024-04-02T08:00:00+08:00",
        "actor": "tester",
        "command": f"{writer}-{number}",
        "correlation": "test",
        "causation": None,
        "data": data | {"resident": name_of(writer, number)},
    }


def write(store: Store, writer: int, events: int) -> None:
    """Write so many events, some in a transaction, each once."""
    chance, number = random.Random(writer), 0
    while number < events:
        some = range(number + 1, min(number + chance.randint(1, MOST_TOGETHER), events) + 1)
        given_up = chance.random() < ROLLED_BACK
        context = Context(f"{writer}-{number}", "tester", "test")
        with suppress(RolledBackError):
            with store.transaction(context, shared=chance.random() < 0.5):
                store.append([an_event(writer, each) for each in some])
                if chance.random() < SLOW:
                    time.sleep(chance.random() * SLOWEST_SECONDS)
                if given_up:
                    raise RolledBackError
            number = some[-1]


def main(url: str, first: str, writers: str, events: str, unlocked: str = "") -> None:
    """Write with so many writers, the first of which has this number."""
    store = open_at(url)
    if unlocked:
        store.turns._begin = lambda _connection: None
    numbers = range(int(first), int(first) + int(writers))
    with ThreadPoolExecutor(len(numbers)) as pool:
        for done in [pool.submit(write, store, each, int(events)) for each in numbers]:
            done.result()


if __name__ == "__main__":
    main(*sys.argv[1:])
