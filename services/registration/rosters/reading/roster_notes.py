"""What was put right in a row without asking, as it is said: no names, no numbers."""

from __future__ import annotations

from shared.kit.language import Text

NOTES = {
    "old_number": Text(
        "15位旧身份证号已换算成18位。", "The old 15-digit number became its 18 characters."
    ),
    "renewals": Text(
        "通行证号码去掉了换证次数，只留终身号。",
        "The count of renewals was cut off the permit's lifelong number.",
    ),
    "other_kind": Text(
        "证件类型以号码为准，与所填不同。",
        "The number shows another type of document than was written, and counts.",
    ),
    "written": Text(
        "证件号码的写法已规范（全角、空格、符号或小写）。",
        "The way the document number was written was put right (width, spaces, signs, case).",
    ),
    "serial_date": Text(
        "出生日期是 Excel 的日期序号，已换成日期。", "The date of birth was Excel's count of days."
    ),
    "birth_unread": Text(
        "“出生日期”栏看不懂，以证件号码为准。",
        "The column with the date of birth was not understood; the document's number counts.",
    ),
    "phone": Text("手机号的写法已规范。", "The way the phone number was written was put right."),
    "hidden_row": Text(
        "此行在表中是隐藏的，已照常读取。",
        "The row is hidden on the sheet and was read all the same.",
    ),
    "cadre": Text(
        "“包保干部”不是工作人员登录名，没有读取。",
        "The responsible cadre is no staff login and was not taken.",
    ),
    "cadre_not_at_work": Text(
        "“包保干部”在本单位没有可用账号，没有指定。",
        "The responsible cadre has no account for this unit and was not assigned.",
    ),
    "cadre_elsewhere": Text(
        "此人由另一单位计数，包保干部由该单位指定。",
        "Another unit counts this person and says who is responsible.",
    ),
}
"""By their codes, which are what is kept of a row."""


def note_of(code: str) -> str:
    """What a code says; those of before were stored as the texts themselves."""
    return str(NOTES.get(code, code))
