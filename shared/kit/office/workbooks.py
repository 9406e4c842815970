"""Writing Excel workbooks: in memory, every text a text, whatever it begins with.

A name like `=HYPERLINK(…)` must never become a formula on the computer of whoever opens the file.
"""

from __future__ import annotations

from typing import IO

from xlsxwriter import Workbook
from xlsxwriter.exceptions import XlsxInputError
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

__all__ = ["Workbook", "add_sheet", "new_workbook", "write_text"]

_OPTIONS = {
    "in_memory": True,  # otherwise sheets pass through temporary files
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def new_workbook(file: IO[bytes], *, date1904: bool = False) -> Workbook:
    """Return a workbook to be written to `file` when it is closed; its days may count from 1904."""
    return Workbook(file, _OPTIONS | {"date_1904": date1904})


def add_sheet(book: Workbook, name: str) -> Worksheet:
    """Return a new sheet of this name, or of a number where Excel would not take the name."""
    try:
        return book.add_worksheet(name)
    except XlsxInputError:
        return book.add_worksheet()


def write_text(
    sheet: Worksheet, row: int, column: int, text: str, style: Format | None = None
) -> None:
    """Write a text cell; beginnings like = + - @ mean nothing in it, and digits stay digits."""
    if text.startswith("<r>"):
        text = f" {text}"  # the library would take it for markup of its own
    sheet.write_string(row, column, text, style)
