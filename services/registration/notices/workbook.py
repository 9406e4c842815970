"""What became of a notice, as a workbook without anything personal."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping

from services.registration.notices.queries import Result
from shared.kit.dates import moment_text
from shared.kit.language import Text, t
from shared.kit.office.workbooks import new_workbook, write_text
from shared.town.terms.notices import FAIL_REASONS, MESSAGE_OUTCOMES, SKIP_REASONS

COLUMNS = (
    (Text("消息编号", "message"), 38),
    (Text("单位", "unit"), 18),
    (Text("结果", "outcome"), 12),
    (Text("原因", "reason"), 30),
    (Text("发送次数", "tries"), 10),
    (Text("可能重复", "perhaps twice"), 14),
    (Text("时间", "at"), 20),
    (Text("送达时间", "delivered"), 20),
    (Text("发送方返回的代码", "code of the channel"), 20),
)


def result_workbook(rows: Iterable[Result], units: Mapping[str, str]) -> bytes:
    """Return a workbook with a row a message: its id, what its unit is called, what became of it."""
    file = io.BytesIO()
    with new_workbook(file) as book:
        head = book.add_format({"bold": True, "bg_color": "#e2f2ee", "bottom": 1})
        sheet = book.add_worksheet(t("结果", "Result"))
        for column, (title, width) in enumerate(COLUMNS):
            sheet.set_column(column, column, width)
            write_text(sheet, 0, column, str(title), head)
        for number, row in enumerate(rows, 1):
            cells = (
                row["message"],
                units.get(row["unit"] or "", ""),
                str(MESSAGE_OUTCOMES[row["outcome"]]),
                _reason(row),
                str(row["tries"]),
                t("是", "yes") if row["doubtful"] else "",
                moment_text(row["at"]),
                moment_text(row["delivered_at"]) if row["delivered_at"] else "",
                row["trouble"] or "",
            )
            for column, text in enumerate(cells):
                write_text(sheet, number, column, text)
        sheet.freeze_panes(1, 0)
    return file.getvalue()


def _reason(row: Result) -> str:
    of = FAIL_REASONS if row["outcome"] == "failed" else SKIP_REASONS
    return str(of[row["reason"]]) if row["reason"] else ""
