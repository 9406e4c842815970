"""Messy rosters in tables of every layout: what is read is exactly what was planted (R21)."""

from __future__ import annotations

import pytest

from services.registration.rosters.reading.roster import read_roster
from services.registration.rosters.reading.roster_lines import Roster
from tests.rosters.messy import messy_rosters
from tests.rosters.planted import ERROR, Book
from tests.rosters.test_messy import UNITS, as_planted, told, values


@pytest.fixture(scope="module", params=[1, 2, 3])
def read(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> list[tuple[Book, Roster]]:
    folder = tmp_path_factory.mktemp("tables")
    planted = messy_rosters(folder, people=2000, units=UNITS, seed=request.param, tables=True)
    return [(book, read_roster(book.path.read_bytes(), said=book.said)) for book in planted.books]


def test_every_planted_error_is_found_and_no_other(read: list[tuple[Book, Roster]]):
    for book, roster in read:
        assert not roster.asks
        assert told(roster) == book.errors, book.path.name
        assert len(roster.faults) == book.counts["error"]


def test_everybody_else_is_read_as_planted_in_the_table_where_they_stand(
    read: list[tuple[Book, Roster]],
):
    for book, roster in read:
        good = [row for row in book.rows if row.role != ERROR]
        assert len(roster.lines) == len(good)
        for line, row in zip(roster.lines, good, strict=True):
            assert (line.sheet, line.row) == (row.sheet, row.row)
            assert not row.is_right or not line.table.startswith("A")
            assert as_planted(line) == values(row.person), (book.path.name, row.sheet, row.row)
            assert line.tie == row.person.tie
            assert (line.address or "") == row.person.address


def test_every_row_of_every_table_is_accounted_for(read: list[tuple[Book, Roster]]):
    for book, roster in read:
        assert sum(account["people"] for account in roster.accounts) == len(book.rows)
        assert sum(account["hidden_rows"] for account in roster.accounts) == book.hidden_rows
        for a in roster.accounts:
            others = a["people"] + a["heading"] + a["empty"] + len(a["remarks"]) + a["unread"]
            assert a["rows"] == others


def test_every_layout_is_among_them(read: list[tuple[Book, Roster]]):
    notes = {note for _, roster in read for line in roster.lines for note in line.notes}
    assert notes >= {"spread", "household", "tie_said", "serial_date"}
    assert any(account["columns"] for _, roster in read for account in roster.accounts)


def test_a_file_without_a_tie_asks_for_everybody(read: list[tuple[Book, Roster]]):
    for book, _ in read:
        asks = read_roster(book.path.read_bytes()).asks
        assert [each["ask"] for each in asks] == (["tie"] if book.said else [])
        for ask in asks:
            whole = sum(
                row.code in ("duplicate", "same_person", "excel_doubt") for row in book.rows
            )
            assert ask["rows"] == len(book.rows) - book.counts["error"] + whole
