"""What a command writes to the disk: bytes are counted, of SQLite's log and of all files together."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from itertools import count
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import BigInteger, Column, MetaData, Table

from shared.kit.clock import SystemClock
from shared.kit.eventstore import Context, Store
from shared.kit.eventstore.engine import LOG_BYTES, PAGE_BYTES, open_engine
from tests.eventstore.test_store import CAMPAIGN, DAY, Session, Sessions, views

COMMANDS = 50
SOURCE = "appointments/stadium"


class Desk(Sessions):
    """A session for every command, so that each has a stream of its own."""

    def __init__(self, store: Store, file: Path) -> None:
        super().__init__(store)
        self.file = file
        self.days = count()

    def command(self) -> None:
        """Open a session, over the store's door for commands."""
        context = Context(str(uuid4()), "nurse-01", "correlation-1")
        self.store.execute(context, "open", self._open)

    def _open(self) -> dict[str, int]:
        day = DAY + timedelta(days=next(self.days))
        slots = [{"time": "08:00", "capacity": 8}]
        self.save(Session(site="stadium", day=day, product="CoronaVac", slots=slots))
        return {"places": 8}

    def log_bytes(self) -> int:
        """How long SQLite's log is."""
        return Path(f"{self.file}-wal").stat().st_size


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    file = tmp_path / "stadium.db"
    desk = Desk(Store(f"sqlite:///{file}", SOURCE, views, SystemClock(CAMPAIGN.zone)), file)
    with desk.store.together():
        for _ in range(4 * COMMANDS):
            desk.command()
    assert desk.store.truncate_wal()
    yield desk
    desk.store.close()


def test_a_lone_command_writes_a_few_small_pages(desk: Desk):
    for _ in range(COMMANDS):
        desk.command()
    assert desk.log_bytes() / COMMANDS < 12 * PAGE_BYTES


def test_commands_of_one_turn_write_its_log_together_and_no_other_file(desk: Desk):
    before = called_for()
    with desk.store.together():
        for _ in range(COMMANDS):
            desk.command()
    assert (called_for() - before) / COMMANDS < 2 * PAGE_BYTES
    assert called_for() - before < desk.log_bytes() + (16 << 10)


def test_the_log_is_emptied_when_it_is_long_and_not_before(desk: Desk):
    with desk.store.connection() as connection:
        pages = connection.exec_driver_sql("PRAGMA wal_autocheckpoint").scalar()
        durable = connection.exec_driver_sql("PRAGMA synchronous").scalar()
    assert (pages, durable) == (LOG_BYTES // PAGE_BYTES, 2)  # FULL: what is answered is on the disk


def test_the_log_of_a_file_with_longer_pages_is_emptied_at_the_same_length(tmp_path: Path):
    file = tmp_path / "old.db"
    with closing(sqlite3.connect(file)) as made_before:
        made_before.execute("PRAGMA page_size=4096")
        made_before.execute("CREATE TABLE old (number INTEGER)")
    engine = open_engine(f"sqlite:///{file}")
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA wal_autocheckpoint").scalar_one()
    engine.dispose()
    assert pages * 4096 == LOG_BYTES


def test_a_number_is_its_own_key_without_an_index_beside_it(tmp_path: Path):
    metadata = MetaData()
    Table("ordered", metadata, Column("position", BigInteger, primary_key=True))
    engine = open_engine(f"sqlite:///{tmp_path / 'some.db'}")
    with engine.begin() as connection:
        metadata.create_all(connection)
        found = connection.exec_driver_sql("SELECT name FROM sqlite_schema").scalars().all()
    engine.dispose()
    assert found == ["ordered"]


def called_for() -> int:
    """Bytes that this process has asked the system to write, so far."""
    words = Path("/proc/self/io").read_text().split()
    return int(words[words.index("wchar:") + 1])
