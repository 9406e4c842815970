"""The example workbook clerks fill in: text columns, so that Excel keeps every digit (R21)."""

from __future__ import annotations

import io

from services.registration.headings import COHORTS, SEXES, TIES
from shared.workbooks import new_workbook, write_text

FILENAME = "roster-template.xlsx"
ROWS = 5000
COLUMNS = (
    ("姓名", 12),
    ("身份证号", 22),
    ("性别", 8),
    ("手机号", 16),
    ("住址", 34),
    ("类别", 10),
    ("人群", 12),
)
NOTE = (
    "填写说明：每人一行；身份证号18位，本表已设为文本格式，请直接输入，勿用“数值”粘贴；"
    "类别填 户籍、居住 或 工作；人群不填则按单位默认。"
    " One row a person; the ID number stays text;"
    " 类别 (tie) is 户籍 household, 居住 home or 工作 workplace."
)


def roster_template() -> bytes:
    """Return the workbook: a note row, the heading, empty rows formatted as text."""
    file = io.BytesIO()
    with new_workbook(file) as book:
        text = book.add_format({"num_format": "@"})
        note = book.add_format({"text_wrap": True, "valign": "top", "font_color": "#5b6b72"})
        head = book.add_format(
            {"bold": True, "num_format": "@", "bg_color": "#e2f2ee", "bottom": 1}
        )
        sheet = book.add_worksheet("名册")
        for column, (title, width) in enumerate(COLUMNS):
            sheet.set_column(column, column, width, text)
            write_text(sheet, 1, column, title, head)
        sheet.merge_range(0, 0, 0, len(COLUMNS) - 1, NOTE, note)
        sheet.set_row(0, 64)
        sheet.freeze_panes(2, 0)
        for column, table in ((2, SEXES), (5, TIES), (6, COHORTS)):
            allowed = [names[0] for names in table.values()]
            sheet.data_validation(2, column, ROWS, column, {"validate": "list", "source": allowed})
    return file.getvalue()
