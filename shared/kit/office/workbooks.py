"""Writing Excel workbooks: in memory, every text a text, whatever it begins with.

A name like `=HYPERLINK(…)` must never become a formula on the computer of whoever opens the file.
"""

from __future__ import annotations

from typing import IO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

_OPTIONS = {
    "in_memory": True,  # otherwise sheets pass through temporary files
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def new_workbook(file: IO[bytes]) -> Workbook:
    """Return a workbook to be written to `file` when it is closed."""
    return Workbook(file, _OPTIONS)


def write_text(
    sheet: Worksheet, row: int, column: int, text: str, style: Format | None = None
) -> None:
    """Write a text cell; beginnings like = + - @ mean nothing in it, and digits stay digits."""
    sheet.write_string(row, column, text, style)
