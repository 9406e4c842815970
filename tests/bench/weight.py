"""What a town weighs: bytes written to the disk beside those kept, and what it holds in memory.

A rehearsal of the whole campaign goes through an embedded system, SQLite, and another one through
a cluster, PostgreSQL. Their processes (not the rehearsal's own, which plays the people) are looked
at from outside, several times a second.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from itertools import chain
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from sqlalchemy import func, select

from deploy.local.running import embedded_deployment, running_cluster, running_embedded
from deploy.rehearsal.rehearsing import rehearse
from shared.kit.eventstore import tables
from shared.kit.eventstore.engine import open_engine
from shared.town.deployment import Deployment, Instance
from tests.support.memory import family

PREFIX, SEED, LOOK_SECONDS, MB = "weight_", 2024, 0.2, 1e6
SYSTEMS = {"sqlite": "embedded, SQLite", "postgres": "cluster, PostgreSQL"}
ROWS = {
    "events": ("events", "{:,.0f}"),
    "commands": ("commands", "{:,.0f}"),
    "written_mb": ("written, MB", "{:,.1f}"),
    "kept_mb": ("kept, MB", "{:,.1f}"),
    "written_per_kept": ("written / kept", "{:.1f}"),
    "written_per_command_kb": ("written per command, kB", "{:.1f}"),
    "written_per_event_kb": ("written per event, kB", "{:.1f}"),
    "memory_started_mb": ("memory when it has started, MB", "{:.0f}"),
    "memory_most_mb": ("memory at most, MB", "{:.0f}"),
    "memory_held_mb": ("memory at the end, MB", "{:.0f}"),
}
Counted = tuple[int, int]
Figures = dict[str, float]


class Scales:
    """Processes that are weighed: some, and all that come of them."""

    def __init__(self, *pids: int | None) -> None:
        """Weigh the processes of these numbers."""
        self.pids = [pid for pid in pids if pid is not None]
        self.memory: list[int] = []
        self._written: dict[int, int] = {}
        self._before = 0

    def look(self) -> None:
        """Note what they hold in memory, in bytes, and what they have written so far."""
        held = 0
        for pid in chain.from_iterable(map(family, self.pids)):
            try:
                held += _value(Path(f"/proc/{pid}/smaps_rollup"), "Pss:") << 10
                self._written[pid] = _value(Path(f"/proc/{pid}/io"), "write_bytes:")
            except (OSError, ValueError):
                continue  # it has ended meanwhile
        if held:
            self.memory.append(held)

    @property
    def written(self) -> int:
        """Bytes that they caused to be written to the disk meanwhile, those that have ended too."""
        return sum(self._written.values()) - self._before

    @contextmanager
    def looking(self) -> Iterator[None]:
        """Look again and again."""
        over = threading.Event()

        def again() -> None:
            while not over.wait(LOOK_SECONDS):
                self.look()

        self.look()
        self._before = sum(self._written.values())
        thread = threading.Thread(target=again)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
            self.look()


def weight(people: float) -> Figures:
    """Bytes written, kept, and in memory, of rehearsals of so many people; prints a table."""
    found: dict[str, Figures] = {}
    with tempfile.TemporaryDirectory(prefix="vaxledger-bench-") as place:
        folder = Path(place)
        deployment = embedded_deployment(
            folder / "sqlite", first_port=None, rehearsal=True, people=int(people)
        )
        with running_embedded(deployment) as running:
            town = Scales(running.group["embedded"].pid)
            counted = _rehearsed(deployment, int(people), [town])
        kept = sum(file.stat().st_size for file in deployment.folder.glob("*.db"))
        found["sqlite"] = _figures(town, town.written, kept, counted)
        with running_cluster(folder / "postgres", rehearsal=True, people=int(people)) as running:
            assert running.postgresql is not None
            parts = Scales(*(each.pid for each in running.group))
            database = Scales(running.postgresql.pid)
            counted = _rehearsed(running.deployment, int(people), [parts, database])
            kept = sum(map(_database_bytes, running.deployment.parts))
            found["postgres"] = _figures(parts, database.written, kept, counted)
    Console(width=120).print(_table(int(people), found))
    return {
        f"{PREFIX}{key}_{name}": value
        for key, figures in found.items()
        for name, value in figures.items()
    }


def _rehearsed(deployment: Deployment, people: int, all_scales: list[Scales]) -> Counted:
    """Rehearse, with an eye on the scales; return how many events and commands were stored."""
    with ExitStack() as stack:
        for scales in all_scales:
            stack.enter_context(scales.looking())
        outcome = rehearse(deployment, people=people, seed=SEED, progress=_in_silence)
    if outcome.problems:
        raise RuntimeError(f"the rehearsal did not add up: {outcome.problems}")
    return sum(outcome.events.values()), sum(map(_commands, deployment.parts))


def _in_silence(_day: date, _doses: int, _all: int) -> None:
    """Show no progress."""


def _commands(part: Instance) -> int:
    engine = open_engine(part.store)
    with engine.connect() as connection:
        number = connection.scalar(select(func.count()).select_from(tables.commands))
    engine.dispose()
    return number or 0


def _database_bytes(part: Instance) -> int:
    engine = open_engine(part.store)
    with engine.connect() as connection:
        size = connection.scalar(select(func.pg_database_size(func.current_database())))
    engine.dispose()
    return size or 0


def _figures(held: Scales, written: int, kept: int, counted: Counted) -> Figures:
    events, commands = counted
    return {
        "events": events,
        "commands": commands,
        "written_mb": written / MB,
        "kept_mb": kept / MB,
        "written_per_kept": written / kept,
        "written_per_command_kb": written / commands / 1000,
        "written_per_event_kb": written / events / 1000,
        "memory_started_mb": held.memory[0] / MB,
        "memory_most_mb": max(held.memory) / MB,
        "memory_held_mb": held.memory[-1] / MB,
    }


def _table(people: int, found: dict[str, Figures]) -> Table:
    """What people read."""
    table = Table(
        box=box.SIMPLE_HEAD,
        title=f"What a rehearsal of {people:,} people writes, keeps, and holds in memory",
        caption="Written: what the kernel says that the processes caused to be written (write_bytes); of the"
        " database's on PostgreSQL. Kept: the database's files at the end.\nMemory: PSS of all processes of the"
        " parts, RabbitMQ and PostgreSQL not among them. Durable: SQLite WAL with synchronous FULL; PostgreSQL"
        " fsync and synchronous_commit on.",
    )
    table.add_column("", no_wrap=True)
    for key in found:
        table.add_column(SYSTEMS[key], justify="right", no_wrap=True)
    for name, (words, how) in ROWS.items():
        table.add_row(words, *(how.format(figures[name]) for figures in found.values()))
    return table


def _value(file: Path, name: str) -> int:
    words = file.read_text().split()
    return int(words[words.index(name) + 1])
