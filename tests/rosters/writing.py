"""Pages become files: .xlsx, .xls, or CSV in one of three encodings."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import xlwt  # pyright: ignore[reportMissingTypeStubs]
from xlsxwriter import Workbook

from tests.rosters.layouts import Page

_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
ENCODINGS = {"csv-utf8": "utf-8", "csv-bom": "utf-8-sig", "csv-gb18030": "gb18030"}


def write(
    path: Path, kind: str, pages: list[Page], delimiter: str = ",", *, date1904: bool = False
) -> None:
    """Write the pages as a file of this kind, whose days may count from 1904."""
    if kind == "xlsx":
        _xlsx(path, pages, date1904)
    elif kind == "xls":
        _xls(path, pages, date1904)
    else:
        text = io.StringIO()
        writer = csv.writer(text, delimiter=delimiter)
        for cells in pages[0].rows:
            writer.writerow(["" if cell is None else cell for cell in cells])
        path.write_bytes(text.getvalue().encode(ENCODINGS[kind]))


def _xlsx(path: Path, pages: list[Page], date1904: bool) -> None:
    with Workbook(str(path), _OPTIONS | {"date_1904": date1904}) as book:
        day = book.add_format({"num_format": "yyyy/m/d"})
        text = book.add_format({"num_format": "@"})
        for page in pages:
            sheet = book.add_worksheet(page.name)
            for row, cells in enumerate(page.rows):
                for column, cell in enumerate(cells):
                    if isinstance(cell, str):
                        sheet.write_string(row, column, cell, text)
                    elif isinstance(cell, date):
                        sheet.write_datetime(row, column, cell, day)
                    elif cell is not None:
                        sheet.write_number(row, column, cell)
            for top, left, bottom, right in page.merged:
                cell = page.rows[top][left]
                sheet.merge_range(top, left, bottom, right, "" if cell is None else str(cell))
            for row in page.hidden_rows:
                sheet.set_row(row - 1, None, None, {"hidden": True})
            for column in page.hidden_columns:
                sheet.set_column(column, column, None, None, {"hidden": True})
            if page.hidden:
                sheet.hide()


def _xls(path: Path, pages: list[Page], date1904: bool) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    book.dates_1904 = date1904
    day = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    text = xlwt.easyxf(num_format_str="@")
    plain = xlwt.easyxf()
    for page in pages:
        sheet = book.add_sheet(page.name, cell_overwrite_ok=True)
        for row, cells in enumerate(page.rows):
            for column, cell in enumerate(cells):
                if cell is not None:
                    style = (
                        text if isinstance(cell, str) else day if isinstance(cell, date) else plain
                    )
                    sheet.write(row, column, cell, style)
        for top, left, bottom, right in page.merged:
            cell = page.rows[top][left]
            sheet.write_merge(top, bottom, left, right, "" if cell is None else cell)
        for row in page.hidden_rows:
            sheet.row(row - 1).hidden = True
        for column in page.hidden_columns:
            sheet.col(column).hidden = True
        if page.hidden:
            sheet.visibility = 1
    book.save(str(path))
