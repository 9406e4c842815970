"""What was put right in a row without asking, as it is said: no names, no numbers."""

from __future__ import annotations

NOTES = {
    "old_number": "15位旧身份证号已换算成18位。 The old 15-digit number became its 18 characters.",
    "renewals": (
        "通行证号码去掉了换证次数，只留终身号。"
        " The count of renewals was cut off the permit's lifelong number."
    ),
    "other_kind": (
        "证件类型以号码为准，与所填不同。"
        " The number shows another type of document than was written, and counts."
    ),
    "written": (
        "证件号码的写法已规范（全角、空格、符号或小写）。"
        " The way the document number was written was put right (width, spaces, signs, case)."
    ),
    "serial_date": (
        "出生日期是Excel的日期序号，已换成日期。 The date of birth was Excel's count of days."
    ),
    "birth_unread": (
        "“出生日期”栏看不懂，以证件号码为准。"
        " The column with the date of birth was not understood; the document's number counts."
    ),
    "phone": "电话号码的写法已规范。 The way the telephone number was written was put right.",
    "hidden_row": "此行在表中是隐藏的，已照常读取。 The row is hidden on the sheet and was read all the same.",
    "cadre": (
        "“责任人”不是工作人员登录名，没有读取。"
        " The responsible cadre is no staff login and was not taken."
    ),
    "cadre_not_at_work": (
        "“责任人”在本单位没有可用账号，没有指定。"
        " The responsible cadre has no account for this unit and was not assigned."
    ),
    "cadre_elsewhere": (
        "此人由另一单位计数，责任人由该单位指定。"
        " Another unit counts this person and says who is responsible."
    ),
}
"""Code -> Chinese and English."""
