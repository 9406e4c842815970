"""Opening what anybody may have sent: its sheets and the values of their cells.

Whatever the file is called, its bytes decide what it is.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import cast

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from services.registration.rosters.reading.file_kind import kind_of
from services.registration.rosters.reading.sheet_layout import Layout, old_layouts, package_layouts
from services.registration.rosters.reading.text_table import read_text_table
from services.registration.rosters.reading.unreadable import (
    CELLS_LIMIT,
    DAMAGED,
    HAS_MACROS,
    TOO_MANY_CELLS,
    TooLarge,
    UnreadableWorkbook,
)
from shared.kit.refusals import Refusal

Merged = tuple[tuple[int, int], tuple[int, int]]
"""Row and column of the first and of the last cell of a range, from 0."""

MOST_MERGED = 100_000
"""Ranges of one workbook; each is looked at once a column."""

Cell = str | int | float | bool | date | datetime | time | timedelta

CSV_SHEET = "CSV"
"""What the one sheet of a CSV file is called."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: rows of cells from the first row and column on; empty cells are ''.

    A formula is the value Excel last computed, never the formula itself. Of the cells of a `merged`
    range the first has the value. `across` are the first and last columns of ranges that are wider
    than one, by their first row.
    """

    name: str
    hidden: bool
    rows: list[list[Cell]]
    layout: Layout = field(default_factory=Layout)
    merged: tuple[Merged, ...] = ()
    across: dict[int, list[tuple[int, int]]] = field(
        default_factory=dict[int, list[tuple[int, int]]]
    )


def read_workbook(content: bytes) -> list[Sheet]:
    """Return the sheets of an .xlsx, .xls or CSV file; raise `UnreadableWorkbook` or `TooLarge`.

    Files of others are read in the sandbox only: some end the process that reads them.
    """
    kind = kind_of(content)
    if kind == "csv":
        return [Sheet(CSV_SHEET, False, cast("list[list[Cell]]", read_text_table(content)))]
    try:
        layouts = package_layouts(content) if kind == "xlsx" else old_layouts(content)
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            return _sheets(book, layouts)
    except (Refusal, MemoryError):
        raise
    except BaseException as error:
        # A panic of the reader is no Exception; the file is as damaged as with any other error.
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise UnreadableWorkbook(DAMAGED) from None
        raise


def _sheets(book: CalamineWorkbook, layouts: list[Layout]) -> list[Sheet]:
    sheets: list[Sheet] = []
    cells = ranges = 0
    listed = book.sheets_metadata
    if len(layouts) != len(listed):
        date1904 = any(each.date1904 for each in layouts)
        layouts = [Layout(date1904=date1904)] * len(listed)
    for place, about in enumerate(listed):
        if about.typ == SheetTypeEnum.MacroSheet:
            raise UnreadableWorkbook(HAS_MACROS)
        if about.typ != SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_index(place)
        cells += sheet.total_height * sheet.total_width
        merged = sheet.merged_cell_ranges or ()
        ranges += len(merged)
        if cells > CELLS_LIMIT or ranges > MOST_MERGED:
            raise TooLarge(TOO_MANY_CELLS)
        rows = sheet.to_python(skip_empty_area=False)
        is_hidden = about.visible != SheetVisibleEnum.Visible
        across: dict[int, list[tuple[int, int]]] = {}
        for (top, left), (_, right) in merged:
            if left < right:
                across.setdefault(top, []).append((left, right))
        sheets.append(Sheet(about.name, is_hidden, rows, layouts[place], tuple(merged), across))
    return sheets
