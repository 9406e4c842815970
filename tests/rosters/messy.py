"""A folder of messy rosters, one a unit, and exactly what was planted in them.

Three editions of one town: "first"; "again", which says the same in other files with other messes; and
"corrected", in which some values have changed. All people are invented and every file says so.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from shared.town.campaign import Unit, load
from tests.rosters.cells import BESIDE, CARD_FAULTS, PASSPORT_FAULTS, SLIPS, Row, tidy
from tests.rosters.entries import Entry, Town
from tests.rosters.layouts import MARKED, Cell, Layout, Page, heading, layout
from tests.rosters.planted import ERROR, Book, Planted, PlantedRow
from tests.rosters.table_layouts import (
    FOOTERS,
    PLAIN,
    Tables,
    laid_out,
    lettered,
    living_together,
    side_by_side,
    tables_by_chance,
)
from tests.rosters.writing import write

EDITIONS = ("first", "again", "corrected")
_FAULTS = CARD_FAULTS | PASSPORT_FAULTS
_WHOLE_FILE = {"duplicate": "number", "same_person": "number", "excel_doubt": "number"}


def messy_rosters(
    folder: Path,
    *,
    people: int = 72_000,
    units: Sequence[Unit],
    seed: int = 1,
    edition: str = "first",
    tables: bool = False,
) -> Planted:
    """Write a file a unit into `folder`; the same arguments write the same.

    With `tables` their layouts are those of `table_layouts` as well.
    """
    folder.mkdir(parents=True, exist_ok=True)
    town = Town(list(units), people, seed)
    lists = town.lists
    planted = Planted(close=town.close)
    if edition == "corrected":
        lists, planted.corrections = town.corrected()
    rng = random.Random(f"{seed} {edition}")
    for number, unit in enumerate(units):
        entries = lists[unit.code]
        planted.books.append(_book(folder, unit, entries, number, edition, rng, tables=tables))
    return planted


def units_of(campaign: Path, count: int) -> list[Unit]:
    """The first units of a campaign, sectors among them."""
    every = load(campaign).units
    sectors = [unit for unit in every if unit.kind == "sector"][: max(1, count // 5)]
    others = [unit for unit in every if unit.kind != "sector"]
    return [*others[: count - len(sectors)], *sectors]


def _book(
    folder: Path,
    unit: Unit,
    entries: list[Entry],
    number: int,
    edition: str,
    rng: random.Random,
    *,
    tables: bool = False,
) -> Book:
    of, how = layout(rng, number), PLAIN
    if tables:
        how, of = tables_by_chance(rng, number, of)
        entries = living_together(entries, how, rng)
    path = folder / f"{unit.code}.{of.kind.partition('-')[0]}"
    book = Book(unit, path, edition=edition)
    if how.has_no_tie:
        book.said["tie"] = "household"
    pages: list[Page] = []
    share = -(-len(entries) // of.sheets)
    for n in range(of.sheets):
        name = "CSV" if of.is_csv else f"{n + 1}组"
        part = entries[n * share : (n + 1) * share]
        size = -(-len(part) // (1 + how.is_beside))
        halves: list[Page] = []
        for half in filter(None, (part[:size], part[size:])):
            halves.append(page := Page(name))
            heading(page, of, unit.name_zh)
            left = max(map(len, halves[0].rows)) if len(halves) > 1 else 0
            _people(page, of, half, book, rng, how, left)
        pages.append(side_by_side(*halves) if how.is_beside else halves[0])
    if not of.is_csv:
        _hide(pages, of, book, rng, 1 + how.is_beside)
        pages.append(Page("统计", [["统计", MARKED], ["人数", len(entries)]]))
        if rng.random() < 0.3:
            pages.append(
                Page("旧表", [["姓名", "身份证号", "类别"], ["某", "1", "户籍"]], hidden=True)
            )
    write(path, of.kind, pages, delimiter=rng.choice(",,,;\t"), date1904=how.is_1904)
    return book


def _people(
    page: Page,
    of: Layout,
    entries: list[Entry],
    book: Book,
    rng: random.Random,
    how: Tables,
    left: int,
) -> None:
    titles = page.rows[-1] if not of.two_rows else None
    before: Entry | None = None
    for n, entry in enumerate(entries, start=1):
        chance = rng.random()
        if chance < 0.004:
            page.rows.append([])
            before = None
        elif chance < 0.006 and titles is not None:
            page.rows.append(list(titles))
            before = None
        row = tidy(entry.person, rng)
        column = ""
        if entry.role == ERROR:
            column = _WHOLE_FILE.get(entry.code, "")
            if not column:
                column, spoil = _FAULTS[entry.code]
                spoil(row, entry.person, rng)
            at = of.columns.index(column) + of.numbered + left
            column = lettered(" ".join(of.titles[column].split()), at, how)
        elif entry.code in SLIPS:
            SLIPS[entry.code][0](row, entry.person, rng)
        elif entry.code in BESIDE:
            BESIDE[entry.code][0](row, entry.person, rng)
        row = laid_out(page, of, how, entry, before, row, rng)
        before = entry
        page.rows.append(_cells(row, of, n))
        book.rows.append(
            PlantedRow(
                page.name,
                len(page.rows),
                entry.role,
                entry.person,
                column,
                entry.code if entry.code != "original" else "",
                entry.corrected,
                left > 0,
            )
        )
    _total(page, of, len(entries))
    if how is not PLAIN:
        page.rows += [list(cells) for cells in FOOTERS]


def _cells(row: Row, of: Layout, number: int) -> list[Cell]:
    numbering: list[Cell] = [number] if of.numbered else []
    return [*numbering, *(row.get(name) for name in of.columns), row.get("remark")]


def _total(page: Page, of: Layout, people: int) -> None:
    width = len(of.columns) + of.numbered + 1
    for said in (f"合计：{people}人", f"备注：{MARKED}"):
        cells: list[Cell] = [None] * width
        cells[0 if of.numbered else of.columns.index("name")] = said
        page.rows.append(cells)


def _hide(pages: list[Page], of: Layout, book: Book, rng: random.Random, tables: int) -> None:
    for page in pages:
        if rng.random() < 0.5:
            rows = [row.row for row in book.rows if row.sheet == page.name]
            page.hidden_rows.update(rng.sample(rows, max(1, len(rows) // 100)))
            book.hidden_rows += len(page.hidden_rows) * tables
        if rng.random() < 0.3:
            page.hidden_columns.add(of.columns.index("address") + of.numbered)
