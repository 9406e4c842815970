"""Opening what anybody may have sent: its sheets and the values of their cells.

Whatever the file is called, its bytes decide what it is.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal, cast

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from services.registration.reading.compound_file import MAGIC
from services.registration.reading.hidden_parts import Hidden, hidden_parts
from services.registration.reading.old_workbook import checked_old_workbook
from services.registration.reading.text_table import read_text_table
from services.registration.reading.unreadable import (
    CELLS_LIMIT,
    SIZE_LIMIT,
    TooLarge,
    UnreadableWorkbook,
    damaged,
    no_workbook,
    too_many_cells,
)
from services.registration.reading.workbook_package import checked_package

__all__ = [
    "SIZE_LIMIT",
    "Cell",
    "Sheet",
    "TooLarge",
    "UnreadableWorkbook",
    "kind_of",
    "read_workbook",
]

Cell = str | int | float | bool | date | datetime | time | timedelta
Kind = Literal["xlsx", "xls", "csv"]

CSV_SHEET = "CSV"
"""What the one sheet of a CSV file is called."""

_MARKUP_SEEN = 2_000
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: rows of cells from the first row and column on; empty cells are ''.

    A formula is the value Excel last computed, never the formula itself. Hidden rows count from 1,
    hidden columns from 0.
    """

    name: str
    hidden: bool
    rows: list[list[Cell]]
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()


def kind_of(content: bytes) -> Kind:
    """Return what a file is, by its bytes; raise `UnreadableWorkbook`."""
    if content.startswith(_ZIP[0]):
        return "xlsx"
    if content.startswith(MAGIC):
        return "xls"
    if content.startswith(_ZIP):
        raise no_workbook()
    if content[:_MARKUP_SEEN].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise UnreadableWorkbook(
            "这是网页或 XML 表格，不是 Excel 文件。请用 Excel 打开，另存为 .xlsx 再传。"
            " This is a web page or an XML table; open it in Excel, save it as .xlsx and send again."
        )
    return "csv"


def read_workbook(content: bytes) -> list[Sheet]:
    """Return the sheets of an .xlsx, .xls or CSV file; raise `UnreadableWorkbook` or `TooLarge`."""
    kind = kind_of(content)
    if kind == "csv":
        return [Sheet(CSV_SHEET, False, cast("list[list[Cell]]", read_text_table(content)))]
    if kind == "xls":
        old = checked_old_workbook(content)
        hidden = [Hidden(frozenset(s.hidden_rows), frozenset(s.hidden_columns)) for s in old.sheets]
        return _opened(old.content, lambda place, _: hidden[place] if place < len(hidden) else None)
    package = checked_package(content)
    by_name = hidden_parts(package)
    return _opened(package, lambda _, name: by_name.get(name))


def _opened(content: bytes, hidden: Callable[[int, str], Hidden | None]) -> list[Sheet]:
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            return _sheets(book, hidden)
    except (CalamineError, ValueError, OverflowError):
        raise damaged() from None
    except BaseException as error:
        # A panic of the reader is no Exception; the file is as damaged as with any other error.
        if type(error).__name__ == "PanicException":
            raise damaged() from None
        raise


def _sheets(book: CalamineWorkbook, hidden: Callable[[int, str], Hidden | None]) -> list[Sheet]:
    sheets: list[Sheet] = []
    cells = 0
    worksheets = [each for each in book.sheets_metadata if each.typ == SheetTypeEnum.WorkSheet]
    for place, about in enumerate(worksheets):
        sheet = book.get_sheet_by_name(about.name)
        cells += sheet.total_height * sheet.total_width
        if cells > CELLS_LIMIT:
            raise too_many_cells()
        parts = hidden(place, about.name) or Hidden()
        rows = sheet.to_python(skip_empty_area=False)
        is_hidden = about.visible != SheetVisibleEnum.Visible
        sheets.append(Sheet(about.name, is_hidden, rows, parts.rows, parts.columns))
    return sheets
