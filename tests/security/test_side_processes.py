"""The processes beside a part are given no secret that its environment may hold."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from deploy.parts import open_edge
from services.registration.rosters.reading.reader_process import Reader
from services.supervision.long_queries.answerer import Answerer
from tests.supervision.test_long_queries import a_group
from tests.support.workbooks import person, roster

SECRETS = {"OPERATORS_NAME_FOR_THE_MASTER_KEY": "a master key", "VAXLEDGER_PASSWORD": "a password"}
NEEDED = {"GLIBC_TUNABLES": "glibc.malloc.perturb=165", "LC_TIME": "C", "TZ": "Asia/Shanghai"}
OF_POSTGRESQL = {"PGPASSWORD": "another password", "HOME": "/nowhere"}


def environment(pid: int | None) -> dict[str, str]:
    """Return what a process was given when it began."""
    said = Path(f"/proc/{pid}/environ").read_bytes().decode().rstrip("\0").split("\0")
    return dict(line.split("=", 1) for line in said)


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (SECRETS | NEEDED | OF_POSTGRESQL).items():
        monkeypatch.setenv(name, value)


def test_what_opens_the_files_of_others_knows_no_secret_of_the_environment():
    reader = Reader()
    try:
        lines = reader.read("a", roster(person(1)), lambda *_: None, date(2024, 3, 25)).lines
        given = environment(reader.pid)
    finally:
        reader.end()
    assert len(lines) == 1
    assert given.items() >= NEEDED.items()
    assert not given.keys() & (SECRETS | OF_POSTGRESQL).keys()


def test_what_answers_long_queries_knows_what_opens_its_store_and_no_other_secret(tmp_path: Path):
    group, answerer = a_group(tmp_path), Answerer()
    try:
        web = open_edge(group.deployment, group.part, group.app)
        found = answerer.answer(web, "audit", {})
        given = environment(answerer.pid)
    finally:
        answerer.end()
    assert found["chain"] == "ok"
    assert given.items() >= (NEEDED | OF_POSTGRESQL).items()
    assert not given.keys() & SECRETS.keys()
