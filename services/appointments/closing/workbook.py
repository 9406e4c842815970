"""The day's sheet as a workbook, for the site's leader."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import UTC, date, datetime, time

from services.appointments.closing.sheet import Part
from shared.kit.office.workbooks import Workbook, add_sheet, new_workbook, write_text

WIDTH, WIDE = 16, 26
NARROW_FROM = 10
"""From so many columns on they are narrow."""


def day_workbook(parts: Iterable[Part], day: date) -> bytes:
    """Return the parts of a day's sheet, a sheet each; the same bytes of the same day."""
    file = io.BytesIO()
    with new_workbook(file) as book:
        book.set_properties({"created": datetime.combine(day, time(), UTC)})
        for part in parts:
            _sheet(book, part)
    return file.getvalue()


def _sheet(book: Workbook, part: Part) -> None:
    """Write tables below each other, numbers as numbers."""
    sheet, line = add_sheet(book, part.name), 0
    bold = book.add_format({"bold": True})
    for table in part.tables:
        for column, title in enumerate(table.head):
            write_text(sheet, line, column, str(title), bold)
        for row in table.rows:
            line += 1
            for column, value in enumerate(row):
                if isinstance(value, int):
                    sheet.write_number(line, column, value)
                else:
                    write_text(sheet, line, column, value)
        line += 2
    columns = max(len(table.head) for table in part.tables)
    sheet.set_column(0, columns - 1, WIDTH if columns >= NARROW_FROM else WIDE)
