"""One row as a person types it: who types sees at once what is not understood, so nothing is left out."""

from __future__ import annotations

from datetime import date

from services.registration.rosters.reading.roster_cells import (
    ADDRESS_LENGTH,
    AGAIN,
    Wrong,
    is_nothing,
    one_of,
    text_of,
)
from services.registration.rosters.reading.roster_lines import Line
from services.registration.rosters.reading.roster_rows import read_row
from services.registration.rosters.reading.workbook import Cell
from shared.kit.language import Text

PHONES = Text(
    "请填11位手机号，或带区号的座机号（如0716-8123456），多个用“、”隔开；没有就留空。",
    "Enter a mobile number of 11 digits or a landline with its area code (0716-8123456), several"
    " with a comma between, or leave the cell empty.",
)
_EMAIL = Text("请填写一个邮箱地址，没有就留空。", "Enter one address, or leave the cell empty.")
_TIE_MISSING = Text("缺少与本镇的关系（类别）。", "The link to the town is missing.")
_UNREAD = Text("看不懂这个内容。", "This is not understood.")

_LEFT_OUT = {
    "phone_left_out": (
        "phone",
        Text("这不是手机号，也不是座机号。", "This is no phone number."),
        PHONES,
    ),
    "email_left_out": (
        "email",
        Text("这不是邮箱地址。", "This is no email address."),
        _EMAIL,
    ),
    "address_left_out": (
        "address",
        Text("住址超过 {most} 字。", "More than {most} characters.", {"most": ADDRESS_LENGTH}),
        Text("请只写住址。", "Write the address only."),
    ),
    "cohort_unread": ("cohort", _UNREAD, one_of("cohort")),
    "sex_unread": ("sex", _UNREAD, one_of("sex")),
    "kind_unread": ("document_kind", _UNREAD, one_of("document_kind")),
    "birth_unread": ("birth_date", _UNREAD, AGAIN),
    "tie_unread": ("tie", _UNREAD, one_of("tie")),
}
"""What a roster's row is taken without, by the note it gets: field, problem, remedy."""


def read_typed(
    values: dict[str, Cell], *, today: date | None = None
) -> tuple[Line | None, list[Wrong]]:
    """Return the line of one person, or None and all that is wrong with it."""
    line, wrong = read_row("", 1, values, today=today, tie="household")
    notes = line.notes if line is not None else ()
    wrong = [*wrong, *(Wrong(*_LEFT_OUT[note], note) for note in notes if note in _LEFT_OUT)]
    if is_nothing(text_of(values.get("tie", ""))):
        wrong.append(Wrong("tie", _TIE_MISSING, one_of("tie"), "tie_missing"))
    return (None, wrong) if wrong else (line, [])
