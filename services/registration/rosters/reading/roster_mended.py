"""The same workbook with what is wrong written beside every row, to be mended and sent again."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from math import isfinite
from typing import Any

from services.registration.rosters.reading.roster_cells import text_of
from services.registration.rosters.reading.roster_lines import ToldFault
from services.registration.rosters.reading.spreading import Spreading, spreading_of, unmerged
from services.registration.rosters.reading.tables import Table, tables_of
from services.registration.rosters.reading.workbook import Cell, Sheet, read_workbook
from shared.kit.office.workbooks import (
    Format,
    Worksheet,
    add_sheet,
    new_workbook,
    write_text,
)

MARK = "FFE08A"
WIDTH, WIDEST = 14, 60
_PIXELS = 7
"""Of one character of a column's width."""

_TEXT = {"num_format": "@"}
"""What is typed anew keeps its digits."""
_STYLES: dict[str, dict[str, Any]] = {
    "text": _TEXT,
    "day": {"num_format": "yyyy-mm-dd"},
    "moment": {"num_format": "yyyy-mm-dd hh:mm:ss"},
    "heading": {**_TEXT, "bold": True},
    "marked": {**_TEXT, "bg_color": f"#{MARK}"},
    "problem": {**_TEXT, "font_color": "#9C1C1C", "text_wrap": True, "valign": "top"},
}

Problems = dict[int, tuple[str, set[str]]]
Styles = Mapping[str, Format]


def mended_workbook(content: bytes, faults: Sequence[ToldFault], title: str) -> bytes:
    """Return an .xlsx of the file with a column `title` of problems and the wrong cells marked.

    Values, widths and what is hidden stay where they are; formulas become their values, merged cells
    of people single ones with the value in each; fonts, pictures and comments are left behind. Read
    again, the column of problems is nothing. Raises what `read_roster` raises for the file.
    """
    sheets = read_workbook(content)
    problems = _problems(faults)
    file = io.BytesIO()
    date1904 = any(sheet.layout.date1904 for sheet in sheets)
    with new_workbook(file, date1904=date1904) as book:
        styles = {name: book.add_format(each) for name, each in _STYLES.items()}
        for sheet in sheets:
            page = add_sheet(book, sheet.name)
            _lay_out(page, sheet)
            _fill(page, sheet, problems.get(sheet.name, {}), styles, title)
        shown = [
            page for page, sheet in zip(book.worksheets(), sheets, strict=True) if not sheet.hidden
        ]
        for page in shown[:1]:
            page.activate()
    return file.getvalue()


def _problems(faults: Sequence[ToldFault]) -> dict[str, Problems]:
    problems: dict[str, Problems] = defaultdict(dict)
    for fault in faults:
        told = [(fault["column"], fault["problem"], fault["remedy"])]
        told += [(more["column"], more["problem"], more["remedy"]) for more in fault["also"]]
        text = "\n".join(f"【{column}】{problem} {remedy}" for column, problem, remedy in told)
        before, columns = problems[fault["sheet"]].get(fault["row"], ("", set[str]()))
        text = f"{before}\n{text}" if before else text  # of a table beside
        columns |= {column for column, _, _ in told}
        problems[fault["sheet"]][fault["row"]] = (text, columns)
    return problems


def _lay_out(page: Worksheet, sheet: Sheet) -> None:
    layout = sheet.layout
    for column in range(max(map(len, sheet.rows), default=0)):
        pixels = round(layout.widths.get(column, WIDTH) * _PIXELS)
        hidden = {"hidden": column in layout.hidden_columns}
        page.set_column_pixels(column, column, pixels, None, hidden)
    for row in layout.hidden_rows:
        page.set_row(row - 1, None, None, {"hidden": True})
    if sheet.hidden:
        page.hide()


def _fill(page: Worksheet, sheet: Sheet, problems: Problems, styles: Styles, title: str) -> None:
    tables = [(table, spreading_of(sheet, table)) for table in tables_of(sheet)]
    place: int | None = None
    if tables:
        # Where the problems were, or to the right of everything.
        before = [t.heading.problem for t, _ in tables if t.heading.problem is not None]
        place = before[0] if before else max(map(len, sheet.rows))
        page.set_column_pixels(place, place, WIDEST * _PIXELS)
    for row, cells in enumerate(sheet.rows):
        here = [each for each in tables if each[0].begins <= row < each[0].ends]
        text, titles = problems.get(row + 1, ("", set[str]()))
        marked = _marked(here, titles) if titles else set[int]()
        is_heading = any(row == table.heading.row for table, _ in here)
        filled = cells if is_heading else _filled(here, row, cells)
        for column, cell in enumerate(filled):
            if column == place:
                continue
            if column in marked or (is_heading and cell != ""):
                style = styles["marked"] if column in marked else styles["heading"]
                write_text(page, row, column, text_of(cell), style)
            else:
                _write(page, row, column, cell, styles)
        if place is not None and is_heading:
            write_text(page, row, place, title, styles["heading"])
        elif place is not None and text:
            write_text(page, row, place, text, styles["problem"])
        cells.clear()  # the largest are more than a million: the book keeps its own


def _filled(here: list[tuple[Table, Spreading]], row: int, cells: list[Cell]) -> list[Cell]:
    for table, spreading in here:
        if row >= table.first:
            cells = unmerged(spreading, row, cells)
    return cells


def _marked(here: list[tuple[Table, Spreading]], titles: set[str]) -> set[int]:
    headings = [table.heading for table, _ in here]
    return {
        column
        for heading in headings
        for of, title in heading.titles.items()
        if title in titles
        for column in heading.columns_of(of)
    }


def _write(page: Worksheet, row: int, column: int, cell: Cell, styles: Styles) -> None:
    if isinstance(cell, bool):
        page.write_boolean(row, column, cell)
    elif isinstance(cell, int | float) and isfinite(cell):
        page.write_number(row, column, cell)
    elif isinstance(cell, date):  # a moment is one as well
        style = styles["moment"] if isinstance(cell, datetime) else styles["day"]
        page.write_datetime(row, column, cell, style)
    elif cell != "":
        write_text(page, row, column, str(cell), styles["text"])
