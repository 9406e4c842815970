"""What became of a notice, as a workbook without anything personal."""

from __future__ import annotations

import io
from collections.abc import Iterable

from services.registration.notices.queries import Result
from shared.kit.office.workbooks import new_workbook, write_text
from shared.town.terms.notices import MESSAGE_OUTCOMES, SKIP_REASONS

COLUMNS = (
    ("消息编号 message", 38),
    ("单位 unit", 10),
    ("结果 outcome", 12),
    ("原因 reason", 30),
    ("次数 tries", 8),
    ("可能重复 perhaps twice", 14),
    ("时间 at", 20),
    ("送达 delivered", 20),
)


def result_workbook(rows: Iterable[Result]) -> bytes:
    """Return a workbook with a row a message: its id, the unit, and what became of it."""
    file = io.BytesIO()
    with new_workbook(file) as book:
        head = book.add_format({"bold": True, "bg_color": "#e2f2ee", "bottom": 1})
        sheet = book.add_worksheet("结果 Result")
        for column, (title, width) in enumerate(COLUMNS):
            sheet.set_column(column, column, width)
            write_text(sheet, 0, column, title, head)
        for number, row in enumerate(rows, 1):
            cells = (
                row["message"],
                row["unit"] or "",
                str(MESSAGE_OUTCOMES[row["outcome"]]),
                _reason(row),
                str(row["tries"]),
                "是 yes" if row["doubtful"] else "",
                row["at"][:16].replace("T", " "),
                (row["delivered_at"] or "")[:16].replace("T", " "),
            )
            for column, text in enumerate(cells):
                write_text(sheet, number, column, text)
        sheet.freeze_panes(1, 0)
    return file.getvalue()


def _reason(row: Result) -> str:
    if row["outcome"] == "skipped" and row["reason"]:
        return str(SKIP_REASONS[row["reason"]])
    return row["trouble"] or ""
