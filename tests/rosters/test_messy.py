"""What the reader finds in generated rosters is exactly what was planted in them (R21)."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.registration.rosters.reading.roster import read_roster
from services.registration.rosters.reading.roster_lines import Line, Roster
from tests.rosters.__main__ import TOWN
from tests.rosters.cells import BESIDE, CARD_FAULTS, PASSPORT_FAULTS, SLIPS
from tests.rosters.doubles import WAYS
from tests.rosters.messy import messy_rosters, units_of
from tests.rosters.people import FOREIGN, Person
from tests.rosters.planted import ERROR, Book, Planted

UNITS = units_of(TOWN, 12)


def written(folder: Path, edition: str = "first", seed: int = 1, people: int = 3000) -> Planted:
    return messy_rosters(folder, people=people, units=UNITS, seed=seed, edition=edition)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Book, Roster]]:
    planted = written(tmp_path_factory.mktemp("first"))
    return [(book, read_roster(book.path.read_bytes())) for book in planted.books]


def told(roster: Roster) -> set[tuple[str, int, str, str]]:
    found = {(f["sheet"], f["row"], f["column"], f["code"]) for f in roster.faults}
    return found | {
        (f["sheet"], f["row"], more["column"], more["code"])
        for f in roster.faults
        for more in f["also"]
    }


def test_every_planted_error_is_found_and_no_other(first: list[tuple[Book, Roster]]):
    for book, roster in first:
        assert told(roster) == book.errors, book.path.name
        assert len(roster.faults) == book.counts["error"]


def as_planted(line: Line) -> tuple[object, ...]:
    document = line.document
    return (document.kind, document.number, line.name, line.birth_date, line.sex, line.phone or "")


def values(person: Person) -> tuple[object, ...]:
    return (person.kind, person.number, person.name, person.birth_date, person.sex, person.phone)


def test_every_other_row_is_read_as_the_person_that_was_planted(first: list[tuple[Book, Roster]]):
    for book, roster in first:
        good = [row for row in book.rows if row.role != ERROR]
        assert [(line.sheet, line.row) for line in roster.lines] == [(r.sheet, r.row) for r in good]
        for line, row in zip(roster.lines, good, strict=True):
            assert as_planted(line) == values(row.person), (book.path.name, row.sheet, row.row)
            assert (line.tie, line.cohorts or (), line.cadre) == (
                row.person.tie,
                row.person.cohorts,
                row.person.cadre,
            )
            assert (line.email or "", line.address or "") == (row.person.email, row.person.address)


def test_what_is_left_out_is_noted_and_what_is_said_is_marked(first: list[tuple[Book, Roster]]):
    for book, roster in first:
        lines = {(line.sheet, line.row): line for line in roster.lines}
        for row in book.rows:
            if (line := lines.get((row.sheet, row.row))) is None:
                continue
            mark = BESIDE[row.code][1] if row.code in BESIDE else ""
            assert line.marks == ((mark,) if mark else ()), (row.code, line.remark)
            if row.code in SLIPS and row.code != "nothing":
                assert row.code in line.notes
            assert not set(line.notes) & set(SLIPS) - {row.code}


def test_every_row_of_every_file_is_accounted_for(first: list[tuple[Book, Roster]]):
    for book, roster in first:
        assert sum(account["people"] for account in roster.accounts) == len(book.rows)
        assert sum(account["hidden_rows"] for account in roster.accounts) == book.hidden_rows
        for a in roster.accounts:
            assert (
                a["rows"]
                == a["people"] + a["heading"] + a["empty"] + len(a["remarks"]) + a["unread"]
            )


def test_all_kinds_of_files_people_and_faults_are_among_them(first: list[tuple[Book, Roster]]):
    assert {book.path.suffix for book, _ in first} == {".xlsx", ".xls", ".csv"}
    codes = {row.code for book, _ in first for row in book.rows} - {""}
    assert codes >= {*CARD_FAULTS, *PASSPORT_FAULTS, "duplicate", "same_person", "excel_doubt"}
    assert codes >= {*SLIPS, *BESIDE}
    assert {row.person.kind for book, _ in first for row in book.rows} == {
        *FOREIGN,
        "resident_card",
    }
    assert any(book.hidden_rows for book, _ in first)
    assert {row.role for book, _ in first for row in book.rows} == {
        "good",
        "close",
        "village_and_sector",
        "two_villages",
        "error",
    }


@pytest.mark.parametrize("seed", [2, 3, 4])
def test_other_seeds_are_read_as_exactly(tmp_path: Path, seed: int):
    for book in written(tmp_path, seed=seed, people=1200).books:
        assert told(read_roster(book.path.read_bytes())) == book.errors, book.path.name


def test_the_same_town_again_says_the_same_in_other_files(tmp_path: Path):
    first = written(tmp_path / "first", people=1200)
    again = written(tmp_path / "again", "again", people=1200)
    for old, new in zip(first.books, again.books, strict=True):
        before = {
            line.document.number: line.said for line in read_roster(old.path.read_bytes()).lines
        }
        after = {
            line.document.number: line.said for line in read_roster(new.path.read_bytes()).lines
        }
        assert after == before
        assert new.counts["unchanged"] == old.counts["new"]
        assert not new.counts["new"] + new.counts["corrected"]


def test_the_corrected_town_differs_where_it_was_planted(tmp_path: Path):
    first = written(tmp_path / "first", people=1200)
    corrected = written(tmp_path / "corrected", "corrected", people=1200)
    assert corrected.corrections
    expected = {(each.unit, each.number) for each in corrected.corrections}
    found: set[tuple[str, str]] = set()
    for old, new in zip(first.books, corrected.books, strict=True):
        before = {
            line.document.number: line.said for line in read_roster(old.path.read_bytes()).lines
        }
        after = {
            line.document.number: line.said for line in read_roster(new.path.read_bytes()).lines
        }
        assert before.keys() == after.keys()
        found |= {(old.unit.code, number) for number in before if before[number] != after[number]}
        assert new.counts["corrected"] == sum(u == old.unit.code for u, _ in expected)
    assert found == expected


def test_close_pairs_stand_on_the_lists_they_say(tmp_path: Path):
    planted = written(tmp_path)
    lists = {
        book.unit.code: {row.person.number for row in book.rows if row.role != ERROR}
        for book in planted.books
    }
    assert {pair.why for pair in planted.close} == set(WAYS)
    for pair in planted.close:
        assert pair.first.number in lists[pair.first_unit]
        assert pair.second.number in lists[pair.second_unit]
        assert pair.first.number != pair.second.number


def test_the_same_seed_writes_the_same_rows(tmp_path: Path):
    one, other = written(tmp_path / "one", people=600), written(tmp_path / "other", people=600)
    assert [book.rows for book in one.books] == [book.rows for book in other.books]
    first, second = one.books[4].path, other.books[4].path
    assert first.suffix == ".csv"
    assert first.read_bytes() == second.read_bytes()
