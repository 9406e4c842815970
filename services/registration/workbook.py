"""Opening a workbook that anybody may have sent: its sheets and the values of their cells."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from services.registration.workbook_package import (
    CELLS_LIMIT,
    SIZE_LIMIT,
    TooLarge,
    UnreadableWorkbook,
    checked_package,
    damaged,
    too_many_cells,
)

__all__ = ["SIZE_LIMIT", "Cell", "Sheet", "TooLarge", "UnreadableWorkbook", "read_workbook"]

Cell = str | int | float | bool | date | datetime | time | timedelta


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: rows of cells from the first row and column on; empty cells are ''.

    A formula is the value Excel last computed, never the formula itself.
    """

    name: str
    hidden: bool
    rows: list[list[Cell]]


def read_workbook(content: bytes) -> list[Sheet]:
    """Return the sheets of an .xlsx file; raise `UnreadableWorkbook` or `TooLarge`."""
    package = checked_package(content)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(package)) as book:
            return _sheets(book)
    except (CalamineError, ValueError, OverflowError):
        raise damaged() from None
    except BaseException as error:
        # A panic of the reader is no Exception; the file is as damaged as with any other error.
        if type(error).__name__ == "PanicException":
            raise damaged() from None
        raise


def _sheets(book: CalamineWorkbook) -> list[Sheet]:
    sheets: list[Sheet] = []
    cells = 0
    for about in book.sheets_metadata:
        if about.typ != SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_name(about.name)
        cells += sheet.total_height * sheet.total_width
        if cells > CELLS_LIMIT:
            raise too_many_cells()
        hidden = about.visible != SheetVisibleEnum.Visible
        sheets.append(Sheet(about.name, hidden, sheet.to_python(skip_empty_area=False)))
    return sheets
