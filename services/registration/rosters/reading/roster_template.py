"""The example workbook clerks fill in, in Chinese or English: text columns, so that Excel keeps every digit (R21)."""

from __future__ import annotations

import io

from services.registration.rosters.reading.headings import CODES, TITLES, choices
from shared.kit.language import CHINESE, Text, current
from shared.kit.office.workbooks import new_workbook, write_text

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
    "手机号填11位手机号，或带区号的座机号（0716-8123456），可不填。"
    "类别填 户籍、居住 或 工作；人群不填则按单位默认，可填多个，用“、”隔开，主要的写在前面；"
    "包保干部填工作人员登录名。",
    "One row a person; all columns are text: type into them, do not paste numbers. The document type"
    " may stay empty where the number tells it; passports and permits need sex and date of birth"
    " (1979-05-21). The phone is a mobile number of 11 digits, or a landline with its area code"
    " (0716-8123456), or empty. The tie to the town is household, home or workplace. The cohort is"
    " the unit's own if left empty; of several, with commas between, the main one comes first. The"
    " responsible cadre is a staff login.",
)


def roster_template() -> bytes:
    """Return the workbook: a note row, the heading, empty rows formatted as text.

    In Chinese for who reads Chinese, else in English: a roster is read in these two.
    """
    in_chinese = current() == CHINESE
    file = io.BytesIO()
    with new_workbook(file) as book:
        text = book.add_format({"num_format": "@"})
        note = book.add_format({"text_wrap": True, "valign": "top", "font_color": "#5b6b72"})
        head = book.add_format(
            {"bold": True, "num_format": "@", "bg_color": "#e2f2ee", "bottom": 1}
        )
        sheet = book.add_worksheet("名册" if in_chinese else "Roster")
        for column, (field, width) in enumerate(WIDTHS.items()):
            zh, en = TITLES[field]
            title = zh if in_chinese else en.capitalize()
            sheet.set_column(column, column, max(width, len(title) + 2), text)
            write_text(sheet, 1, column, title, head)
            if field in CODES:
                offered = [each.zh if in_chinese else each.en for each in choices(field)]
                rule = {"validate": "list", "source": offered}
                if field == "cohort":
                    rule |= {"error_type": "information"}  # several may be written
                sheet.data_validation(2, column, ROWS, column, rule)
        sheet.merge_range(0, 0, 0, len(WIDTHS) - 1, NOTE.zh if in_chinese else NOTE.en, note)
        sheet.set_row(0, 96)
        sheet.freeze_panes(2, 0)
    return file.getvalue()
