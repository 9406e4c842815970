"""The same workbook with what is wrong written beside every row, to be mended and sent again."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any

from openpyxl import load_workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from services.registration.reading.headings import PROBLEM
from services.registration.reading.plain_workbook import (
    HEADING,
    MARK,
    MARKED,
    WIDEST,
    PlainSheet,
    Styled,
    plain_workbook,
)
from services.registration.reading.plain_workbook import PROBLEM as PROBLEM_STYLE
from services.registration.reading.roster_cells import text_of
from services.registration.reading.roster_heading import Heading, heading_of
from services.registration.reading.roster_lines import Fault
from services.registration.reading.workbook import Sheet, kind_of, read_workbook
from services.registration.reading.workbook_package import checked_package

AS_IT_IS_LIMIT = 100_000
"""Cells up to which a workbook keeps its formats: the library takes half a kilobyte and twenty
microseconds for each, a workbook that is made of its cells a tenth of that."""

# What points to parts that are not given to the library: pictures, comments, links, tables.
_POINTS_OUT = re.compile(
    rb"<(?:\w{1,20}:)?(?P<tag>hyperlinks|tableParts|oleObjects|controls)\b.*?</(?:\w{1,20}:)?(?P=tag)>"
    rb"|<(?:\w{1,20}:)?(?:drawing|legacyDrawing|legacyDrawingHF|picture|hyperlink)\b[^<>]*/>",
    re.DOTALL,
)
_READ = re.compile(
    r"\[content_types\]\.xml|_rels/\.rels|xl/(?:workbook|styles|sharedstrings)\.xml"
    r"|xl/_rels/workbook\.xml\.rels|xl/theme/[^/]+\.xml|xl/worksheets/[^/]+\.xml",
    re.IGNORECASE,
)

Problems = dict[str, dict[int, tuple[str, set[str]]]]


def mended_workbook(content: bytes, faults: Sequence[Fault]) -> bytes:
    """Return an .xlsx of the file with a column of problems and the wrong cells marked.

    An .xlsx keeps its sheets, widths and formats, formulas become their values; it loses pictures and
    comments. From .xls, CSV, and workbooks above `AS_IT_IS_LIMIT` cells a new one is made of the cells.
    Read again, the column of problems is nothing. Raises what `read_roster` raises for the file.
    """
    sheets = read_workbook(content)
    headings = {sheet.name: heading_of(sheet) for sheet in sheets}
    problems = _problems(faults)
    cells = sum(len(row) for sheet in sheets for row in sheet.rows)
    if kind_of(content) == "xlsx" and cells <= AS_IT_IS_LIMIT:
        with suppress(Exception):  # one reader takes what the other does not
            return _as_it_is(_slim(checked_package(content)), sheets, headings, problems)
    return _made_of_cells(sheets, headings, problems)


def _problems(faults: Sequence[Fault]) -> Problems:
    problems: Problems = defaultdict(dict)
    for fault in faults:
        told = [(fault.column, fault.problem, fault.remedy)]
        told += [(more["column"], more["problem"], more["remedy"]) for more in fault.also]
        text = "\n".join(f"【{column}】{problem} {remedy}" for column, problem, remedy in told)
        problems[fault.sheet][fault.row] = (text, {column for column, _, _ in told})
    return problems


def _marked(heading: Heading, titles: set[str]) -> set[int]:
    fields = {of for of, title in heading.titles.items() if title in titles}
    return {heading.columns[of] for of in fields}


def _place(sheet: Sheet, heading: Heading) -> int:
    """The column (from 0) of the problems: where it was, or to the right of everything."""
    if heading.problem is not None:
        return heading.problem
    return max(map(len, sheet.rows))


# As it is


def _slim(package: bytes) -> bytes:
    """Leave only cells and formats in the package."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as parts, zipfile.ZipFile(file, "w") as slim:
        for name in parts.namelist():
            if _READ.fullmatch(name):
                content = parts.read(name)
                is_sheet = "worksheets/" in name.lower()
                slim.writestr(name, _POINTS_OUT.sub(b"", content) if is_sheet else content)
    return file.getvalue()


def _as_it_is(
    package: bytes, sheets: list[Sheet], headings: dict[str, Heading | None], problems: Problems
) -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of parts that were left behind
        book = load_workbook(io.BytesIO(package), data_only=True, keep_links=False)
    for sheet in sheets:
        heading = headings[sheet.name]
        if heading is not None:
            _write_problems(book[sheet.name], sheet, heading, problems.get(sheet.name, {}))
    file = io.BytesIO()
    book.save(file)
    book.close()
    return file.getvalue()


def _write_problems(
    page: Worksheet, sheet: Sheet, heading: Heading, problems: dict[int, tuple[str, set[str]]]
) -> None:
    place = _place(sheet, heading) + 1
    if heading.problem is not None:
        _clear(page, heading.row + 2, place)
    page.column_dimensions[get_column_letter(place)].width = WIDEST
    head = page.cell(heading.row + 1, place)
    _write_text(head, PROBLEM)
    head.font = Font(bold=True)
    mark = PatternFill("solid", fgColor=MARK)
    number = heading.columns["card_number"]
    for row, (text, titles) in problems.items():
        told = page.cell(row, place)
        _write_text(told, text)
        told.font = Font(color="FF9C1C1C")
        told.alignment = Alignment(vertical="top", wrap_text=True)
        for column in _marked(heading, titles):
            cell = page.cell(row, column + 1)
            cell.fill = mark
            if column == number:
                cell.number_format = "@"  # what is typed anew keeps its digits


def _clear(page: Worksheet, first: int, place: int) -> None:
    """Take away what an earlier reading has written and marked."""
    for cells in page.iter_rows(min_row=first):
        for cell in cells:
            if cell.column == place:
                cell.value = None
            elif cell.has_style and cell.fill.fgColor.rgb == MARK:
                cell.fill = PatternFill()


def _write_text(cell: Any, text: str) -> None:
    cell.value = text
    cell.data_type = "s"  # whatever it begins with
    cell.number_format = "@"


# Made of its cells


def _made_of_cells(
    sheets: list[Sheet], headings: dict[str, Heading | None], problems: Problems
) -> bytes:
    made: list[PlainSheet] = []
    for sheet in sheets:
        heading = headings[sheet.name]
        of_sheet = problems.get(sheet.name, {})
        width = max(map(len, sheet.rows), default=0)
        if heading is not None:
            width = max(width, _place(sheet, heading) + 1)
        made.append(PlainSheet(sheet, _rows_of(sheet, heading, of_sheet), width))
    return plain_workbook(made)


def _rows_of(
    sheet: Sheet, heading: Heading | None, problems: dict[int, tuple[str, set[str]]]
) -> Callable[[], Iterator[list[Styled]]]:
    def rows() -> Iterator[list[Styled]]:
        place = None if heading is None else _place(sheet, heading)
        for row, cells in enumerate(sheet.rows, start=1):
            styled: list[Styled] = [(cell, None) for cell in cells]
            if heading is None or place is None:
                yield styled
                continue
            styled += [("", None)] * (place + 1 - len(styled))
            styled[place] = ("", None)
            if row == heading.row + 1:
                styled = [(cell, HEADING if cell != "" else None) for cell, _ in styled]
                styled[place] = (PROBLEM, HEADING)
            elif (problem := problems.get(row)) is not None:
                for column in _marked(heading, problem[1]):
                    styled[column] = (text_of(styled[column][0]), MARKED)
                styled[place] = (problem[0], PROBLEM_STYLE)
            yield styled

    return rows
