"""No event is missed and none comes twice: eight writers in four processes, followers reading meanwhile."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Column, MetaData, String, Table, insert, text

from deploy.local.postgresql import PostgreSQL
from shared.kit.contracts import decode
from shared.kit.eventstore import Policies, Store, Views, Work
from shared.kit.messaging.following import Follower
from tests.support.examples import LONG
from tests.support.gap_writer import SOURCE, name_of, open_at

PROCESSES, OF_EACH = 4, 2
WRITERS = PROCESSES * OF_EACH
EVENTS = 30_000 if LONG else 1_600

tables = MetaData()
taken = Table("taken", tables, Column("resident", String, primary_key=True))
views = Views(tables)


@views.on("SlotTaken")
def _(connection, event):
    connection.execute(insert(taken), {"resident": event.data["resident"]})


class Seen(NamedTuple):
    """What somebody has read: the positions in order, and whom the events were about."""

    positions: list[int]
    residents: list[str]

    @property
    def doubled(self) -> list[str]:
        """What has come more than once."""
        return [each for each, times in Counter(self.residents).items() if times > 1]

    @property
    def missed(self) -> set[str]:
        """What was written, and has never come."""
        written = range(1, EVENTS // WRITERS + 1)
        return {name_of(w, n) for w in range(WRITERS) for n in written} - set(self.residents)


@contextmanager
def writing(url: str, *how: str) -> Iterator[Callable[[], bool]]:
    """Let all processes write; gives whether any still does. All of them must succeed."""
    program = [sys.executable, "-W", "ignore", "-m", "tests.support.gap_writer", url]
    many = [str(OF_EACH), str(EVENTS // WRITERS), *how]
    said = subprocess.DEVNULL if how else None
    running = [
        subprocess.Popen([*program, str(first), *many], stderr=said)
        for first in range(0, WRITERS, OF_EACH)
    ]
    try:
        yield lambda: any(each.poll() is None for each in running)
        codes = [each.wait() for each in running]
        assert how or codes == [0] * PROCESSES
    finally:
        for each in running:
            each.kill()
            each.wait()


def read(store: Store, page: int, going_on: Callable[[], bool]) -> Seen:
    """Read the log from its beginning until nobody writes any more and nothing is left."""
    seen, last = Seen([], []), False
    while True:
        after = seen.positions[-1] if seen.positions else 0
        found = store.log(after, page)
        for each in found:
            event = decode(SOURCE, each.position, each.body)
            seen.positions.append(each.position)
            seen.residents.append(event.data["resident"])
        if last and not found:
            return seen
        last = not going_on()


def read_by_two(url: str, going_on: Callable[[], bool]) -> list[Seen]:
    """Read twice at the same time, once in small pages."""

    def reader(page: int) -> Seen:
        store = open_at(url)
        seen = read(store, page, going_on)
        store.close()
        return seen

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(reader, (7, 500)))


def follow(url: str, folder: Path, going_on: Callable[[], bool]) -> Seen:
    """Follow in a store of one's own, whose view says what was applied."""
    source = open_at(url)
    own = Store(f"sqlite:///{folder}/follower.db", "reporting", views, source.clock)
    follower = Follower(Work(own, []), Policies(), SOURCE, source.log)
    while going_on():
        follower.catch_up()
    follower.catch_up()
    with own.connection() as connection:
        residents = list(connection.execute(taken.select()).scalars())
    own.close()
    source.close()
    return Seen([follower.health.position], residents)


def test_eight_writers_in_four_processes_leave_no_gap_and_nothing_twice(store_url, tmp_path: Path):
    url = store_url()
    open_at(url).close()
    with writing(url) as going_on, ThreadPoolExecutor(1) as pool:
        following = pool.submit(follow, url, tmp_path, going_on)
        read = read_by_two(url, going_on)
        followed = following.result()
    for seen in read:
        assert seen.positions == list(range(1, EVENTS + 1))
        assert (seen.missed, seen.doubled) == (set(), [])
    assert (followed.positions, len(followed.residents)) == ([EVENTS], EVENTS)
    assert (followed.missed, followed.doubled) == (set(), [])


def test_without_the_writers_lock_events_are_missed_or_doubled(postgresql: PostgreSQL):
    postgresql.create_database("unlocked")
    url = postgresql.url("unlocked")
    store = open_at(url)
    with store.engine.begin() as connection:
        # Else the database refuses the second of two that take the same position.
        connection.execute(text("ALTER TABLE events DROP CONSTRAINT events_pkey"))
    store.close()
    with writing(url, "unlocked") as going_on:
        read = read_by_two(url, going_on)
    for seen in read:
        twice = [at for at, times in Counter(seen.positions).items() if times > 1]
        assert seen.missed
        assert twice
