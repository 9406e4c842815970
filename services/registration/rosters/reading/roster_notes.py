"""What was put right in a row without asking, as it is said: no names, no numbers."""

from __future__ import annotations

from services.registration.rosters.reading.layout_notes import LAYOUT_NOTES
from shared.kit.language import Text

NOTES = {
    **LAYOUT_NOTES,
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
    "date_system": Text(
        "“出生日期”栏与证件号码正好相差 1462 天，是 Excel 的 1904 日期系统造成的，以证件号码为准。",
        "The date of birth is 1,462 days off the document's number: Excel's other count of days;"
        " the number counts.",
    ),
    "kind_unread": Text(
        "“证件类型”栏看不懂，以证件号码为准。",
        "The type of document was not understood; the number counts.",
    ),
    "sex_unread": Text(
        "“性别”栏看不懂，以证件号码为准。",
        "The sex was not understood; the document's number counts.",
    ),
    "tie_unread": Text(
        "“类别”栏看不懂，按没有填写处理。",
        "The tie to the town was not understood and counts as not said.",
    ),
    "cohort_unread": Text(
        "“人群”栏里有看不懂的内容，没有读取。",
        "The cohort holds a word that was not understood and was left out.",
    ),
    "name_cut": Text(
        "“姓名”栏里姓名以外的内容已去掉，只留姓名。",
        "What stood beside the name in its cell was cut off; the name is left.",
    ),
    "phone_left_out": Text(
        "电话栏里有看不懂的内容，没有读取。此人已照常登记。",
        "Part of the telephone cell is no number and was left out; the person was taken.",
    ),
    "phone_doubtful": Text(
        "座机号的位数与区号不符，可能少写一位，已照写保留。",
        "A landline has fewer digits than those of its area; it was kept as it is written.",
    ),
    "phone_words": Text(
        "电话栏里的文字已记入备注。", "The words beside the telephone number became a remark."
    ),
    "email_left_out": Text(
        "邮箱看不懂，没有读取。此人已照常登记。",
        "The email address was not understood and was left out; the person was taken.",
    ),
    "address_left_out": Text(
        "住址超过 200 字，没有读取。此人已照常登记。",
        "The address is longer than 200 characters and was left out; the person was taken.",
    ),
    "remark_cut": Text(
        "备注太长，只留前 200 字。", "The remark was too long; its first 200 characters are kept."
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
