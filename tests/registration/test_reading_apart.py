"""Rosters are read in a process of their own; what breaks there breaks nothing here."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date

import pytest

from services.registration.reading.apart import Reader, ReaderGone
from services.registration.reading.roster import NoRoster, read_roster
from services.registration.reading.unreadable import UnreadableWorkbook
from tests.registration.workbooks import person, roster

TODAY = date(2024, 3, 25)


@pytest.fixture
def reader() -> Iterator[Reader]:
    reader = Reader()
    yield reader
    reader.end()


def silent(_read: int, _rows: int) -> None:
    """Nobody is told how far it is."""


def test_it_says_what_reading_here_says(reader: Reader):
    content = roster(*(person(n) for n in range(1, 250)), person(1, "演练错", tie="没有"))
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
