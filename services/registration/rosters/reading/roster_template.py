"""The example workbook clerks fill in: text columns, so that Excel keeps every digit (R21)."""

from __future__ import annotations

import io

from services.registration.rosters.reading.headings import CODES, TITLES, choices
from shared.kit.language import Text
from shared.kit.office.workbooks import new_workbook, write_text

FILENAME = "roster-template.xlsx"
ROWS = 5000
WIDTHS = {
    "name": 12,
    "document_kind": 18,
    "card_number": 22,
    "sex": 8,
    "birth_date": 13,
    "phone": 16,
    "email": 20,
    "address": 34,
    "tie": 10,
    "cohort": 14,
    "cadre": 14,
}
NOTE = Text(
    "填写说明：每人一行；各列已设为文本格式，请直接输入，勿用“数值”粘贴。"
    "证件类型不填则按号码认定；居民身份证、居住证和新版外国人永久居留身份证不必填性别和出生日期，"
    "护照、通行证等必须填（日期写成 1979-05-21）。"
    "类别填 户籍、居住 或 工作；人群不填则按单位默认，可填多个，用“、”隔开，主要的写在前面；"
    "包保干部填工作人员登录名。",
    "One row a person; all columns stay text. 证件类型 (document type) may stay empty where the number"
    " tells; passports and permits need 性别 (sex) and 出生日期 (date of birth, 1979-05-21)."
    " 类别 (tie) is 户籍 household, 居住 home or 工作 workplace; 人群 (cohorts) may be several, the main"
    " one first; 包保干部 is the staff login of the responsible cadre.",
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
        for column, (field, width) in enumerate(WIDTHS.items()):
            sheet.set_column(column, column, width, text)
            write_text(sheet, 1, column, TITLES[field][0], head)
            if field in CODES:
                rule = {"validate": "list", "source": choices(field)}
                if field == "cohort":
                    rule |= {"error_type": "information"}  # several may be written
                sheet.data_validation(2, column, ROWS, column, rule)
        sheet.merge_range(0, 0, 0, len(WIDTHS) - 1, str(NOTE), note)
        sheet.set_row(0, 96)
        sheet.freeze_panes(2, 0)
    return file.getvalue()
