"""Messy rosters handed in: new, again, and corrected, the counts are those that were planted (R21)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rosters.__main__ import TOWN
from tests.rosters.messy import messy_rosters, units_of
from tests.rosters.planted import CLOSE, ELSEWHERE, GOOD, Book, Planted
from tests.support.part import PartUnderTest

VILLAGES = [unit for unit in units_of(TOWN, 12) if unit.kind != "sector"][:6]
PEOPLE = 420


def handed_in(town: PartUnderTest, book: Book) -> None:
    """Hand in a book; every row has the outcome that was planted."""
    url = f"/api/units/{book.unit.code}/roster"
    answer = town.http.upload(url, book.path.read_bytes())
    assert answer.status_code == 200, answer.text
    said = answer.json
    assert said is not None
    counts = book.counts
    assert (said["new"] + said["close"], said["unchanged"], said["corrected"]) == (
        counts["new"],
        counts["unchanged"],
        counts["corrected"],
    ), book.path.name
    elsewhere = {(e["sheet"], e["row"]) for e in said["errors"] if e["code"] == "elsewhere"}
    assert elsewhere == {(row.sheet, row.row) for row in book.rows if row.role == ELSEWHERE}
    told = {(e["sheet"], e["row"], e["column"], e["code"]) for e in said["errors"]}
    assert {each for each in told if each[3] != "elsewhere"} == book.errors
    entries = {(e["sheet"], e["row"]): e["outcome"] for e in said["entries"]}
    assert entries == {
        (row.sheet, row.row): (
            "corrected"
            if row.corrected
            else "unchanged"
            if book.edition != "first"
            else "close"
            if row.role == CLOSE
            else "new"
        )
        for row in book.rows
        if row.role in (GOOD, CLOSE)
    }
    assert said["rows"] == len(book.rows) == sum(a["people"] for a in said["accounts"])


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> PartUnderTest:
    part = PartUnderTest(tmp_path_factory.mktemp("town"), "registration")
    part.at("2024-03-26")
    return part


def edition(folder: Path, name: str) -> Planted:
    return messy_rosters(folder, people=PEOPLE, units=VILLAGES, seed=5, edition=name)


def test_messy_rosters_are_new_then_unchanged_then_corrected(town: PartUnderTest, tmp_path: Path):
    first = edition(tmp_path / "first", "first")
    assert sum(book.counts["elsewhere"] for book in first.books)
    for book in first.books:
        handed_in(town, book)
    registered = town.events("ResidentRegistered")
    assert len(registered) == len(first.people)
    for book in edition(tmp_path / "again", "again").books:
        handed_in(town, book)
    assert not town.events("ResidentCorrected")
    corrected = edition(tmp_path / "corrected", "corrected")
    for book in corrected.books:
        handed_in(town, book)
    assert len(town.events("ResidentCorrected")) == len(corrected.corrections) > 0
    assert town.events("ResidentRegistered") == registered
