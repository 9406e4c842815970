"""Rosters are read in a process of their own; what breaks there breaks nothing here."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from services.registration.rosters import runner
from services.registration.rosters.queries import import_row
from services.registration.rosters.reading import reader_process
from services.registration.rosters.reading.reader_process import Reader, ReaderGone
from services.registration.rosters.reading.roster import read_roster
from services.registration.rosters.reading.roster_heading import NoRoster
from services.registration.rosters.reading.unreadable import TooLarge, UnreadableWorkbook
from shared.kit import side_process
from tests.support.part import PartUnderTest
from tests.support.workbooks import person, roster

TODAY = date(2024, 3, 25)


@pytest.fixture
def reader() -> Iterator[Reader]:
    reader = Reader()
    yield reader
    reader.end()


@pytest.fixture
def wicked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    """A reader that does what the first word of a file says."""
    monkeypatch.setenv("WICKED", str(tmp_path))
    monkeypatch.setattr(side_process, "GIVEN", (*side_process.GIVEN, "WICKED"))
    reader = Reader("tests.support.wicked_sandbox")
    yield reader
    reader.end()


def silent(_read: int, _rows: int) -> None:
    """Nobody is told how far it is."""


def test_it_says_what_reading_here_says(reader: Reader):
    content = roster(*(person(n) for n in range(1, 250)), person(1, "周先生"))
    told: list[tuple[int, int]] = []
    assert reader.read("a", content, lambda *far: told.append(far), TODAY) == read_roster(
        content, today=TODAY
    )
    assert len(told) > 1
    assert told == sorted(told)


@pytest.mark.parametrize("content", [b"not a workbook", b"PK\x03\x04 torn", roster()])
def test_what_cannot_be_read_is_refused_with_the_same_words(reader: Reader, content: bytes):
    with pytest.raises((NoRoster, UnreadableWorkbook)) as here:
        read_roster(content, today=TODAY)
    with pytest.raises(here.type) as there:
        reader.read("a", content, silent, TODAY)
    assert str(there.value) == str(here.value)
    assert len(reader.read("b", roster(person(1)), silent, TODAY).lines) == 1


def test_a_file_may_be_begun_before_it_is_asked_for(reader: Reader):
    first, second = roster(person(1)), roster(person(2), person(3))
    reader.begin("first", first, TODAY)
    assert len(reader.read("first", b"", silent, TODAY).lines) == 1
    reader.begin("never asked for", first, TODAY)
    assert len(reader.read("second", second, silent, TODAY).lines) == 2


def test_reading_ends_with_what_is_told_of_it(reader: Reader):
    class Cancelled(Exception):
        pass

    def cancel(_read: int, _rows: int) -> None:
        raise Cancelled

    content = roster(*(person(n) for n in range(1, 250)))
    with pytest.raises(Cancelled):
        reader.read("a", content, cancel, TODAY)
    assert len(reader.read("a", content, silent, TODAY).lines) == 249


def test_a_reader_that_is_killed_is_missed_once(reader: Reader):
    reader.read("a", roster(person(1)), silent, TODAY)
    pid = reader.pid
    assert pid is not None
    os.kill(pid, 9)
    with pytest.raises(ReaderGone):
        reader.read("b", roster(person(1)), silent, TODAY)
    reader.begin("c", roster(person(1)), TODAY)
    assert reader.pid != pid
    assert len(reader.read("c", b"", silent, TODAY).lines) == 1


@pytest.mark.parametrize("word", ["forever", "memory", "abort", "killed"])
def test_a_file_that_takes_too_much_is_refused_at_the_first_try(wicked: Reader, word: str):
    with pytest.raises(TooLarge, match="请只保留名册，复制到模板后再传"):
        wicked.read("a", word.encode(), silent, TODAY)
    assert len(wicked.read("b", roster(person(1)), silent, TODAY).lines) == 1


@pytest.mark.parametrize("word", ["crash", "bug", "file", "files"])
def test_a_file_that_breaks_the_reader_is_a_damaged_one(
    wicked: Reader, word: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    with pytest.raises(UnreadableWorkbook, match="请在 Excel 中打开，另存为 .xlsx 再传"):
        wicked.read("a", word.encode(), silent, TODAY)
    assert "演练" not in caplog.text
    assert len(wicked.read("b", roster(person(1)), silent, TODAY).lines) == 1
    assert (tmp_path / "written").exists() == (word == "file")
    assert not list(tmp_path.glob("core*"))
    if word == "file":
        assert (tmp_path / "written").read_bytes() == b""


def test_who_waits_is_told_while_nothing_is_heard(wicked: Reader):
    told: list[tuple[int, int]] = []
    with pytest.raises(TooLarge):
        wicked.read("a", b"forever", lambda *far: told.append(far), TODAY)
    assert told == [(0, 0)] * len(told) != []


def test_a_reader_that_is_silent_for_too_long_is_ended(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(side_process, "BEAT_SECONDS", 0.01)
    monkeypatch.setattr(reader_process, "MOST_SILENT_BEATS", 3)
    reader.begin("a", roster(person(1)), TODAY)
    pid = reader.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    with pytest.raises(TooLarge):
        reader.read("a", b"", silent, TODAY)
    assert reader.pid is None


def test_an_answer_that_is_too_long_is_not_taken_in(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(reader_process, "MOST_ANSWERED", 100)
    with pytest.raises(TooLarge):
        reader.read("a", roster(person(1)), silent, TODAY)


def test_a_job_whose_file_takes_too_much_has_failed_at_once(
    tmp_path: Path, wicked: Reader, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(runner, "READER", wicked)
    town = PartUnderTest(tmp_path / "town", "registration")
    sent = [
        town.http.send("/api/units/v01/roster", content).json["import"]  # type: ignore[index]
        for content in (b"abort", b"crash", roster(person(1)))
    ]
    assert town.work() == 3
    found = [import_row(town.app, each) for each in sent]
    assert [(each["state"], each["attempts"]) for each in found] == [
        ("failed", 1),
        ("failed", 1),
        ("done", 1),
    ]
    answers = [town.http.get(f"/api/imports/{each}/result") for each in sent]
    assert [each.status_code for each in answers] == [413, 422, 200]
