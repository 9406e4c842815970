"""The systems that are measured beside each other: a peer, and a site on each database, by one process and by two."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy import create_engine, text

from deploy.local.ports import free_ports
from deploy.local.postgresql import PostgreSQL
from deploy.local.processes import Process
from deploy.local.rabbitmq import RabbitMQ
from deploy.parts import open_work
from services.appointments.stock import commands as stock
from shared.kit.eventstore import Context
from shared.kit.eventstore.engine import open_engine
from tests.bench.load import Line, Load, loaded
from tests.bench.serving import SITE, head, one_site

STREAMS = 1000
SYNCHRONOUS = {0: "OFF", 1: "NORMAL", 2: "FULL", 3: "EXTRA"}


@dataclass
class System:
    """One server under load."""

    key: str
    name: str
    database: str
    fsync: str
    url: str
    token: str
    processes: dict[str, int]
    kept: Callable[[], int]
    """How many commands its database has."""
    residents: list[uuid.UUID]
    """Who is still to be checked in."""
    found: dict[str, list[Load]] = field(default_factory=dict)
    least: int = 0
    most: int = 0

    def __post_init__(self) -> None:
        """What is there already, of being prepared."""
        self.least = self.most = self.kept()

    def run(self, lines: list[Line], folder: Path, clients: int, seconds: float) -> Load:
        """Load it, and see that all it has acknowledged is in its database."""
        load = loaded(
            self.url,
            lines,
            self.token,
            folder,
            clients=clients,
            seconds=seconds,
            processes=self.processes,
        )
        self.least += load.done
        self.most += load.sent
        if not self.least <= (kept := self.kept()) <= self.most:
            raise AssertionError(f"{self.name}: {self.least} acknowledged, {kept} kept")
        return load


def started(folder: Path, people: int, stack: ExitStack) -> Iterator[System]:
    """The peer, and sites on each database, with so many residents each to be checked in."""
    rabbitmq = stack.enter_context(RabbitMQ(folder / "rabbitmq"))
    postgresql = stack.enter_context(PostgreSQL(folder / "postgresql"))
    yield _peer(folder, postgresql, people, stack)
    for processes in (1, 2):
        for database in ("sqlite", "postgresql"):
            place = folder / f"site-{database}-{processes}"
            place.mkdir()
            store = f"sqlite:///{place}/site.db"
            if database == "postgresql":
                store = postgresql.create_database(f"site_{processes}")
            yield _site(database, processes, place, store, rabbitmq.url, postgresql, people, stack)


def _peer(folder: Path, postgresql: PostgreSQL, people: int, stack: ExitStack) -> System:
    """The peer on a database of its own."""
    store, port = postgresql.create_database("peer"), free_ports(1)[0]
    argv = [sys.executable, "-m", "tests.bench.peer", str(port), postgresql.conninfo("peer")]
    process, url = Process("peer", argv, None, folder / "peer.log"), f"http://127.0.0.1:{port}"
    stack.callback(process.stop)
    process.start()
    process.wait_ready(url)
    residents = [uuid.uuid4() for _ in range(people)]
    return System(
        "peer",
        "peer",
        "PostgreSQL",
        _fsync(store),
        url,
        "nobody",
        {"server": _pid(process), "database": _pid(postgresql)},
        lambda: _count(store, "check_ins") + _count(store, "wasted"),
        residents,
    )


def _site(
    database: str,
    processes: int,
    folder: Path,
    store: str,
    broker: str,
    postgresql: PostgreSQL,
    people: int,
    stack: ExitStack,
) -> System:
    """One site, with people booked and many batches; nobody relays its events."""
    deployment, residents, process = stack.enter_context(
        one_site(folder, store, broker, people, "deploy.local.serve", processes)
    )
    work = open_work(deployment, deployment.part(SITE))
    product = work.campaign.products[0].code
    with work.store.transaction(Context("batches", "bench", "bench")):
        for at in range(STREAMS):
            stock.receive_batch(work, batch_name(at), product, 1_000_000, date(2025, 1, 1))
    work.store.close()
    beside = {"server": _pid(process)}
    if database == "postgresql":
        beside["database"] = _pid(postgresql)
    return System(
        database if processes == 1 else f"{database}_{processes}",
        "site" if processes == 1 else f"site × {processes}",
        "SQLite" if database == "sqlite" else "PostgreSQL",
        _fsync(store),
        deployment.part(SITE).url,
        head(deployment)["Authorization"].removeprefix("Bearer "),
        beside,
        lambda: _count(store, "commands"),
        residents,
    )


def batch_name(at: int) -> str:
    """One of the streams."""
    return f"BENCH-{at + 1}"


def _pid(process: Process | PostgreSQL) -> int:
    assert process.pid is not None
    return process.pid


def _count(store: str, table: str) -> int:
    engine = create_engine(store)
    try:
        with engine.connect() as connection:
            return connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
    finally:
        engine.dispose()


def _fsync(store: str) -> str:
    """How a database that is opened as a part's store makes a commit durable."""
    engine = open_engine(store)
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                mode, level = (
                    connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
                    for name in ("journal_mode", "synchronous")
                )
                return f"{mode.upper()}, {SYNCHRONOUS[level]}"
            fsync, commit = (
                connection.exec_driver_sql(f"SHOW {name}").scalar_one()
                for name in ("fsync", "synchronous_commit")
            )
            return f"fsync {fsync}, commit {commit}"
    finally:
        engine.dispose()
