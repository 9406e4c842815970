"""The lead of a part: one process has it, another takes it over, and a lost connection loses it to nobody."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from shared.kit.eventstore.lead import LEAD_LOCK, Lead
from tests.support.gap_writer import open_at
from tests.support.waiting import until

OF_LEADS = {"key": LEAD_LOCK}
HOLDERS = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = :key AND granted"


class One:
    """One of several processes, as far as the lead is concerned; it lives in a thread."""

    def __init__(self, url: str) -> None:
        self.store = open_at(url)
        self.lead = Lead(self.store, self._rest)
        self.dead, self.rests = threading.Event(), 0
        self.thread = threading.Thread(target=self._live)
        self.thread.start()

    def _rest(self, _: float) -> None:
        self.rests += 1
        if self.dead.wait(0.01):
            raise SystemExit

    def _live(self) -> None:
        try:
            self.lead.keep()
        except SystemExit:
            self.store.close()

    def tries(self) -> None:
        """Return when it has tried some more times."""
        before = self.rests
        until(lambda: self.rests > before + 5)

    def die(self) -> None:
        self.dead.set()
        self.thread.join()


@pytest.fixture
def begin(store_url: Callable[[], str]) -> Iterator[Callable[[], One]]:
    """Begins another process on the one store."""
    url, all_of_them = store_url(), list[One]()

    def begin() -> One:
        all_of_them.append(One(url))
        return all_of_them[-1]

    yield begin
    for each in all_of_them:
        each.die()


def test_one_has_the_lead_and_another_takes_it_over(begin: Callable[[], One]):
    first = begin()
    first.lead.wait()
    others = [begin(), begin()]
    for each in others:
        each.tries()
    assert [each.lead.here for each in others] == [False, False]
    first.die()
    until(lambda: sum(each.lead.here for each in others) == 1)
    for each in others:
        each.tries()
    assert sum(each.lead.here for each in others) == 1


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
def test_whoever_lost_the_connection_leads_on_until_another_has_the_lead(begin: Any):
    one = begin()
    one.lead.wait()

    def holders() -> list[int]:
        with one.store.engine.connect() as connection:
            return list(connection.execute(text(HOLDERS), OF_LEADS).scalars())

    def cut() -> None:
        [holder] = holders()
        with one.store.engine.connect() as connection:
            connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": holder})
        until(lambda: holders() not in ([], [holder]))

    cut()
    assert one.lead.here
    other = begin()
    cut()
    until(lambda: one.lead.here != other.lead.here)


def test_what_keeps_the_lead_from_being_had_is_said_once_and_when_it_is_over(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.INFO, "shared.kit.eventstore.lead")
    in_the_way = tmp_path / "one.db.lead-lock"
    in_the_way.mkdir()
    one = One(f"sqlite:///{tmp_path}/one.db")
    try:
        one.tries()
        [said] = caplog.messages
        assert "的主持权" in said
        assert "IsADirectoryError" in said
        in_the_way.rmdir()
        one.lead.wait()
    finally:
        one.die()
    assert "已恢复" in caplog.messages[1]
