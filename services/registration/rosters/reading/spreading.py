"""Spreading: a value that was written once for several rows is given to each of them.

Merged cells and signs such as 同上 are meant so for all that people share; never for a name or the
number of a document, which are one person's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from services.registration.rosters.reading.roster_cells import Wrong
from services.registration.rosters.reading.roster_heading import NEEDED
from services.registration.rosters.reading.tables import Table
from services.registration.rosters.reading.workbook import Cell, Sheet
from shared.kit.language import Text

SHARED = frozenset(
    (
        *("document_kind", "sex", "phone", "email", "address", "tie", "cohort", "cadre"),
        *("status", "health", "remark"),
    )
)
"""Fields in which a sign may stand for the value above."""

_DITTO = re.compile(
    r"""[（(]?\s*(?:[同如]\s*[上前]|上\s*同|同\s*上\s*行|〃+|″+|〞+|"+|“|”|''|’’|々+|-\s*["”〃″]\s*-|,,"""
    r"""|ditto|do\.|same as above)\s*[。.]?\s*[)）]?""",
    re.IGNORECASE,
)
_FIRST = frozenset("（( 　同如上〃″〞\"“”'’々-,dDsS\n\t")
_LONGEST = 16

Range = tuple[int, int, int]
"""First and last row, and the column of the value."""


@dataclass(slots=True)
class Spreading:
    """A table's merged cells and the row above, while its rows are read from the first on."""

    sheet: Sheet
    table: Table
    ranges: dict[int, list[Range]] = field(default_factory=dict[int, list[Range]])
    needed: dict[str, list[tuple[int, int]]] = field(
        default_factory=dict[str, list[tuple[int, int]]]
    )
    shared: list[int] = field(default_factory=list[int])
    above: list[Cell] = field(default_factory=list[Cell])
    values: dict[int, Cell] = field(default_factory=dict[int, Cell])


def spreading_of(sheet: Sheet, table: Table) -> Spreading:
    """Return what is to be spread in a table."""
    heading = table.heading
    columns = {column: of for of in heading.columns for column in heading.columns_of(of)}
    shared = [column for column, of in columns.items() if of in SHARED]
    spreading = Spreading(sheet, table, shared=shared)
    for (top, left), (bottom, right) in sheet.merged:
        if top == bottom or top < table.first or top >= table.ends:
            continue
        covered = [c for c in range(left, min(right + 1, heading.right)) if c in columns]
        for column in covered[:1]:
            of = columns[column]
            if of in NEEDED:
                spreading.needed.setdefault(of, []).append((top, bottom))
            else:
                spreading.ranges.setdefault(column, []).append((top, bottom, left))
        for of in {columns[column] for column in covered[1:]} & set(NEEDED):
            spreading.needed.setdefault(of, []).append((top, bottom))
    for each in (*spreading.ranges.values(), *spreading.needed.values()):
        each.sort(reverse=True)  # the next one is the last
    return spreading


def unmerged(spreading: Spreading, row: int, cells: list[Cell]) -> list[Cell]:
    """Return a row's cells with those of merged ranges in it; rows (from 0) are asked for in order."""
    filled = cells
    for column, ranges in spreading.ranges.items():
        while ranges and ranges[-1][1] < row:
            ranges.pop()
            spreading.values.pop(column, None)
        if ranges and ranges[-1][0] <= row:
            top, _, left = ranges[-1]
            if column not in spreading.values:
                spreading.values[column] = spreading.sheet.rows[top][left]
            if row > top and spreading.values[column] != "":
                if filled is cells:
                    filled = list(cells)
                filled[column] = spreading.values[column]
    return filled


def spread(
    spreading: Spreading, row: int, cells: list[Cell]
) -> tuple[list[Cell], list[str], list[Wrong]]:
    """Return a person's cells with all that others share in them, notes of it, and what may not be shared."""
    filled = unmerged(spreading, row, cells)
    notes = ["spread"] if filled is not cells else []
    for column in spreading.shared:
        if is_ditto(filled[column]):
            if filled is cells:
                filled = list(cells)
            filled[column] = spreading.above[column] if spreading.above else ""
            notes.append("spread" if filled[column] != "" else "nothing_above")
    spreading.above = filled
    wrong = _wrong(spreading, row, cells)
    return filled, list(dict.fromkeys(notes)) if notes else notes, wrong


def is_ditto(cell: Cell) -> bool:
    """Tell whether a cell means what stands above it."""
    if not isinstance(cell, str) or not cell or len(cell) > _LONGEST or cell[0] not in _FIRST:
        return False
    return _DITTO.fullmatch(cell.strip()) is not None


def _wrong(spreading: Spreading, row: int, cells: list[Cell]) -> list[Wrong]:
    heading = spreading.table.heading
    wrong = [
        Wrong(of, _NOT_SHARED, _EACH, "ditto")
        for of in NEEDED
        if is_ditto(cells[heading.columns[of]])
    ]
    if not spreading.needed:
        return wrong
    covered = {of: found for of in NEEDED if (found := _range_at(spreading, of, row)) is not None}
    if len(covered) == len(NEEDED) and len(set(covered.values())) == 1:
        top, _ = covered["name"]
        if row == top:
            return wrong  # one person over several rows
    return [*wrong, *(Wrong(of, _MERGED, _EACH, "merged") for of in covered)]


def _range_at(spreading: Spreading, of: str, row: int) -> tuple[int, int] | None:
    ranges = spreading.needed.get(of)
    while ranges and ranges[-1][1] < row:
        ranges.pop()
    return ranges[-1] if ranges and ranges[-1][0] <= row else None


_NOT_SHARED = Text(
    "姓名和证件号码不能写“同上”。", "A name or a document number cannot be that of the row above."
)
_MERGED = Text(
    "姓名或证件号码是合并单元格，分不清是哪一行的人。",
    "The name or the document number is one merged cell over several rows: whose it is cannot be told.",
)
_EACH = Text(
    "请取消合并，每人一行，各填姓名和证件号码。",
    "Unmerge the cells and keep a row for each person, with name and number.",
)
