"""Writers of several processes at one SQLite file: nobody stands still, and each has its turn."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from shared.kit.eventstore import writers_line
from shared.kit.eventstore.engine import UNAVAILABLE, WRITES, open_engine
from shared.kit.eventstore.lock_files import open_lock_file
from tests.support.waiting import until


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Engine, Engine]]:
    """The file as two processes open it, to write in it."""
    url = f"sqlite:///{tmp_path}/one.db"
    one, other = open_engine(url), open_engine(url)
    yield one.execution_options(**{WRITES: True}), other.execution_options(**{WRITES: True})
    one.dispose()
    other.dispose()


def test_whoever_writes_without_pause_lets_in_whoever_waits(
    two: tuple[Engine, Engine], tmp_path: Path
):
    writing, reading = two[0], open_engine(str(two[1].url))
    with writing.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE written (number INTEGER)")

    def written(engine: Engine) -> int:
        with engine.begin() as connection:
            return connection.exec_driver_sql("SELECT count(*) FROM written").scalar_one()

    program = [sys.executable, "-W", "ignore", "-m", "tests.support.busy_writer"]
    with subprocess.Popen([*program, str(tmp_path / "one.db")]) as busy:
        try:
            until(lambda: written(reading) > 2)
            for _ in range(5):
                before = written(reading)
                assert written(writing) - before < 10
        finally:
            busy.kill()


def test_who_waits_holds_up_no_other_green_thread(two: tuple[Engine, Engine], tmp_path: Path):
    program = [sys.executable, "-W", "ignore", "-m", "tests.support.green_writer"]
    with two[0].begin():
        waiting = subprocess.Popen(
            [*program, str(tmp_path / "one.db")], stdout=subprocess.PIPE, text=True
        )
        assert waiting.stdout is not None
        assert waiting.stdout.readline() == "others go on\n"
    assert waiting.communicate(timeout=60)[0] == "written\n"


def test_patience_has_an_end(two: tuple[Engine, Engine], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(writers_line, "PATIENCE_SECONDS", 0.05)
    with two[0].begin(), pytest.raises(UNAVAILABLE, match="locked"), two[1].begin():
        raise AssertionError("two writers at once")
    with two[1].begin():
        pass


def test_who_cannot_say_that_it_waits_waits_all_the_same(
    two: tuple[Engine, Engine], tmp_path: Path
):
    (tmp_path / "one.db.writers-lock").mkdir()  # no file can be opened there
    tried, begun = threading.Event(), threading.Event()

    def write() -> None:
        tried.set()
        with two[1].begin():
            begun.set()

    waiting = threading.Thread(target=write)
    with two[0].begin():
        waiting.start()
        tried.wait()
        assert not begun.wait(0.05)
    waiting.join()
    assert begun.is_set()


def test_a_lock_file_is_as_private_as_its_database_and_its_owner_s(tmp_path: Path):
    database = tmp_path / "one.db"
    database.touch()
    database.chmod(0o660)
    if os.geteuid() == 0:
        os.chown(database, 65534, 65534)
    for _ in range(2):
        os.close(open_lock_file(str(database), "lead"))
        made, like = (tmp_path / "one.db.lead-lock").stat(), database.stat()
        assert stat.S_IMODE(made.st_mode) == 0o660
        assert (made.st_uid, made.st_gid) == (like.st_uid, like.st_gid)


def test_a_lock_file_is_nothing_that_lies_elsewhere(tmp_path: Path):
    (tmp_path / "elsewhere").touch()
    (tmp_path / "one.db").touch()
    (tmp_path / "one.db.lead-lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="symbolic"):
        open_lock_file(str(tmp_path / "one.db"), "lead")
