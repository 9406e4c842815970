"""Tables of a sheet: several side by side or beneath each other, each with a heading of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from services.registration.rosters.reading.headings import field_of
from services.registration.rosters.reading.roster_heading import (
    HEADING_ROWS,
    Heading,
    half_heading,
    headings_at,
    incomplete,
    letters,
)
from services.registration.rosters.reading.workbook import Cell, Sheet

_NUMBER = re.compile(r"[0-9０-９]{5}")


@dataclass(slots=True)
class Table:
    """A table: rows (from 0) from `begins` on, people from `first` on up to `ends`.

    `repeated` are rows among them that say its heading again.
    """

    heading: Heading
    begins: int
    first: int
    ends: int
    repeated: set[int] = field(default_factory=set[int])

    @property
    def columns(self) -> str:
        """Its columns as Excel names them."""
        return f"{letters(self.heading.left)}–{letters(self.heading.right - 1)}"


def tables_of(sheet: Sheet) -> list[Table]:
    """Return the tables of a sheet, none for one that has no heading; raise `NoRoster` for half a heading.

    Of tables side by side all rows are those of each; every row is in one table at least.
    """
    if sheet.hidden:
        return []
    top = next(filter(None, (headings_at(sheet, row) for row in _top(sheet))), None)
    if top is None:
        if (half := half_heading(sheet)) is not None:
            raise incomplete(sheet, half)
        return []
    ended: list[Table] = []
    level = _level(sheet, top, 0)
    row = level[0].first
    while row < len(sheet.rows):
        numbered = [_is_numbered(sheet.rows[row], table.heading) for table in level]
        if not any(numbered):
            row = _next_level(sheet, row, level, ended)
            continue
        if not all(numbered):
            _next_in_bands(sheet, row, level, numbered, ended)
        row += 1
    return sorted([*ended, *level], key=lambda table: (table.begins, table.heading.left))


def accounts_of(tables: list[Table]) -> dict[tuple[int, int], str]:
    """Return what the account of a table's columns is called: nothing where there is but one."""
    bands = {(table.heading.left, table.heading.right): table.columns for table in tables}
    return bands if len(bands) > 1 else dict.fromkeys(bands, "")


def is_number(cell: Cell) -> bool:
    """Tell whether a cell holds digits enough for a document."""
    if isinstance(cell, str):
        return _NUMBER.search(cell) is not None
    return isinstance(cell, int | float) and abs(cell) >= 10_000


def _top(sheet: Sheet) -> range:
    return range(min(HEADING_ROWS, len(sheet.rows)))


def _level(sheet: Sheet, headings: list[Heading], begins: int) -> list[Table]:
    return [Table(each, begins, each.row + 1, len(sheet.rows)) for each in headings]


def _is_numbered(cells: list[Cell], heading: Heading) -> bool:
    if is_number(cells[heading.columns["card_number"]]):
        return True
    more = heading.more.get("card_number")
    return more is not None and any(is_number(cells[column]) for column in more)


def _says_heading(cells: list[Cell], heading: Heading) -> bool:
    return any(
        isinstance(cell, str) and field_of(cell) == "card_number"
        for cell in cells[heading.left : heading.right]
    )


def _next_level(sheet: Sheet, row: int, level: list[Table], ended: list[Table]) -> int:
    """Begin new tables where a row without people is another heading; return the next row."""
    found = headings_at(sheet, row)
    if not found:
        return row + 1
    if len(level) > 1 and any(_is_repeated(sheet, row, table) for table in level):
        _next_in_bands(sheet, row, level, [False] * len(level), ended)
        return row + 1
    if len(found) < len(level) and _is_in_a_band(sheet, row, found, level):
        _next_in_bands(sheet, row, level, [False] * len(level), ended)
        return row + 1
    after = found[0].row + 1
    if [each.layout for each in found] == [table.heading.layout for table in level]:
        for table in level:
            table.repeated.update(range(row, after))
        return after
    for table in level:
        table.ends = row
        ended.append(table)
    level[:] = _level(sheet, found, row)
    return after


def _is_repeated(sheet: Sheet, row: int, table: Table) -> bool:
    heading = table.heading
    own = headings_at(sheet, row, heading.left, heading.right)
    return len(own) == 1 and own[0].row == row and own[0].layout == heading.layout


def _is_in_a_band(sheet: Sheet, row: int, found: list[Heading], level: list[Table]) -> bool:
    """Whether what is found is the heading of some of the tables, while others go on."""
    known = 0
    for table in level:
        heading = table.heading
        own = headings_at(sheet, row, heading.left, heading.right)
        known += sum(each.known for each in own)
    return known == sum(each.known for each in found)


def _next_in_bands(
    sheet: Sheet, row: int, level: list[Table], numbered: list[bool], ended: list[Table]
) -> None:
    for place, table in enumerate(level):
        if not numbered[place] and _says_heading(sheet.rows[row], table.heading):
            level[place] = _next_in_band(sheet, row, table, ended)


def _next_in_band(sheet: Sheet, row: int, table: Table, ended: list[Table]) -> Table:
    """The table that goes on or begins at a row where people stand beside its columns."""
    heading = table.heading
    found = headings_at(sheet, row, heading.left, heading.right)
    if len(found) != 1 or found[0].row > row:
        return table
    [found] = found
    if found.layout == heading.layout:
        table.repeated.add(row)
        return table
    found.titles = {
        of: f"{title}（{letters(found.columns[of])}）" for of, title in found.titles.items()
    }
    table.ends = row
    ended.append(table)
    return Table(found, row, row + 1, len(sheet.rows))
