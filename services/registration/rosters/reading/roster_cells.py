"""Single cells of a roster, each read as the field of its column (R21)."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from services.registration.rosters.reading.headings import TITLES, choices, code_of
from services.registration.rosters.reading.workbook import Cell
from shared.kit.language import Text
from shared.town.identity_documents import EXCEL_DIGITS, BadDocument, Document, Sex, read_document
from shared.town.telephones import NoPhone, phones_of

NAME_LENGTH = 60
ADDRESS_LENGTH = 200
EMAIL_LENGTH = 120

_EMAIL = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+")
_LOGIN = re.compile(r"[a-z0-9][a-z0-9.-]{0,39}")
_COHORTS = re.compile(r"[、,，;；/]+")
_DOTS = dict.fromkeys(map(ord, "•‧∙⋅・･"), "·")
_HAN_GAP = re.compile(r"(?<=[\u3400-\u9fff·]) (?=[\u3400-\u9fff·])")
"""Two-character names are often spread out to the width of three."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")

AGAIN = Text("请改正此行后再导入。", "Correct the row and import again.")
AS_TEXT = Text(
    "请下载名册模板（证件号码列为文本格式），按身份证重新填写此行后再导入。",
    "Take the roster template (its ID column is text) and enter the row again from the card.",
)
PHONES = Text(
    "请填11位手机号，或带区号的座机号（如0716-8123456），多个用“、”隔开；没有就留空。",
    "Enter a mobile number of 11 digits or a landline with its area code (0716-8123456), several"
    " with a comma between, or leave the cell empty.",
)


class Wrong(Exception):
    """One cell is wrong: field, problem and remedy, and a code."""

    def __init__(self, of: str, problem: Text, remedy: Text, code: str = "") -> None:
        super().__init__(of)
        self.of, self.problem, self.remedy = of, problem, remedy
        self.code = code or of


def text_of(cell: Cell) -> str:
    """Return a cell as a person reads it, whatever Excel made of it."""
    if isinstance(cell, str):
        return cell.strip() if cell.isprintable() else _CONTROL.sub(" ", cell).strip()
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float) and cell.is_integer():
        # Beyond Excel's 15 digits a float would show digits that nobody has written.
        return str(int(Decimal(f"{cell:.{EXCEL_DIGITS - 1}E}")))
    return str(cell)


def document_of(cell: Cell, kind_cell: Cell, notes: list[str]) -> Document:
    """Read a document's number, and its kind where it is said."""
    kind = _coded("document_kind", kind_cell)
    text = text_of(cell)
    if isinstance(cell, int | float) and abs(cell) >= 10**EXCEL_DIGITS:
        text = f"{float(cell):.5E}"  # a number to Excel: whatever its last digits were is lost
    try:
        document = read_document(text, kind)
    except BadDocument as error:
        remedy = AS_TEXT if error.code == "excel_damage" else AGAIN
        raise Wrong("card_number", error.text, remedy, error.code) from None
    if document.mended:
        notes += document.mended
    if not document.mended and text != document.number:
        notes.append("written")
    return document


def name_of(cell: Cell) -> str:
    """Read a name: letters of any script, no formula."""
    name = text_of(cell)
    if not name.isascii():
        name = " ".join(unicodedata.normalize("NFKC", name).translate(_DOTS).split())
        name = _HAN_GAP.sub("", name)
    if not name:
        problem = Text("缺少姓名。", "The name is missing.")
        raise Wrong("name", problem, Text("请填写姓名。", "Fill it in."), "name_missing")
    looks_computed = name[0] in "=+-@"  # a sheet would take it for a formula
    if looks_computed or len(name) > NAME_LENGTH or not any(map(str.isalpha, name)):
        problem = Text("这不像一个姓名。", "This does not look like a name.")
        raise Wrong(
            "name", problem, Text("请填写证件上的姓名。", "Enter the name on the document.")
        )
    return name


def _coded(of: str, cell: Cell) -> str | None:
    text = text_of(cell)
    if not text:
        return None
    if (code := code_of(of, text)) is None:
        title, english = TITLES[of]
        values = {"title": title, "english": english}
        problem = Text("“{title}”栏看不懂这个内容。", "The {english} is not understood.", values)
        raise Wrong(of, problem, _one_of(of))
    return code


def tie_of(cell: Cell) -> str:
    """Read the tie to the town."""
    if (tie := _coded("tie", cell)) is None:
        problem = Text("缺少与本镇的关系（类别）。", "The link to the town is missing.")
        raise Wrong("tie", problem, _one_of("tie"), "tie_missing")
    return tie


def _one_of(of: str) -> Text:
    """What may be written in a column of codes, in either language."""
    offered = choices(of)
    values = {
        "zh": "、".join(each.zh for each in offered),
        "en": ", ".join(each.en for each in offered),
    }
    return Text("请填：{zh}。", "Write one of these: {en}.", values)


def sex_of(cell: Cell) -> Sex | None:
    """Read the sex."""
    code = _coded("sex", cell)
    return None if code is None else "female" if code == "female" else "male"


def cohorts_of(cell: Cell) -> tuple[str, ...] | None:
    """Read one or several cohorts, the main one first."""
    text = text_of(cell)
    codes = [_coded("cohort", each) for each in _COHORTS.split(text)]
    said = tuple(dict.fromkeys(code for code in codes if code is not None))
    return said or None


def phone_of(cell: Cell, notes: list[str]) -> str | None:
    """Read telephone numbers."""
    text = text_of(cell)
    try:
        phone = phones_of(text)
    except NoPhone as error:
        if error.code == "phone_length":
            problem = Text("手机号应为11位。", "A mobile number has 11 digits.")
        else:
            problem = Text("这不是手机号，也不是座机号。", "This is no phone number.")
        raise Wrong("phone", problem, PHONES, error.code) from None
    if phone != text:
        notes.append("phone")
    return phone or None


def email_of(cell: Cell) -> str | None:
    """Read an email address."""
    email = unicodedata.normalize("NFKC", text_of(cell)).replace(" ", "")
    if not email:
        return None
    if len(email) > EMAIL_LENGTH or not _EMAIL.fullmatch(email):
        problem = Text("这不是邮箱地址。", "This is no email address.")
        remedy = Text(
            "请填写一个邮箱地址，没有就留空。", "Enter one address, or leave the cell empty."
        )
        raise Wrong("email", problem, remedy)
    return email


def address_of(cell: Cell) -> str | None:
    """Read where the person lives."""
    address = text_of(cell)
    if len(address) > ADDRESS_LENGTH:
        most = {"most": ADDRESS_LENGTH}
        problem = Text("住址超过 {most} 字。", "More than {most} characters.", most)
        raise Wrong("address", problem, Text("请只写住址。", "Write the address only."))
    return address or None


def cadre_of(cell: Cell, notes: list[str]) -> str | None:
    """Read the login of the member of staff who looks after the person."""
    login = unicodedata.normalize("NFKC", text_of(cell)).lower()
    if not login:
        return None
    if _LOGIN.fullmatch(login):
        return login
    notes.append("cadre")
    return None
