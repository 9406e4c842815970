"""Single cells of a roster, each read as the field of its column (R21)."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from services.registration.domain.normal_form import one_form, tidied
from services.registration.rosters.reading.headings import TITLES, choices, code_of
from services.registration.rosters.reading.roster_marks import marks_in
from services.registration.rosters.reading.workbook import Cell
from shared.kit.language import Text
from shared.town.identity_documents import EXCEL_DIGITS, BadDocument, Document, Sex, read_document
from shared.town.telephones import BETWEEN, fits_area, phones_among

ADDRESS_LENGTH = 200
EMAIL_LENGTH = 120
TOLD_BY_NUMBER = ("resident_card", "residence_permit", "foreign_permanent_resident_card")

_EMAIL = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+")
_LOGIN = re.compile(r"[a-z0-9][a-z0-9.-]{0,39}")
_BETWEEN = re.compile(r"[、,，;；/|]+")
_NOTHING_SAID = (
    "无 没有 没 空 空号 空白 暂无 暂缺 缺 未知 不知 不知道 不详 不明 未留 未填 未提供 未登记 无电话 无手机 没电话"
    " 没手机 没有电话 没有手机 无号码 停机 无邮箱 无住址 n/a na none nil null no unknown x xx xxx"
)
"""Words in a cell that leave it as good as empty."""

_NOTHING = frozenset(_NOTHING_SAID.split())
_LONGEST_NOTHING = max(map(len, _NOTHING))

_SIGNS_ONLY = re.compile(r"[\W_]*")
_QUOTED = re.compile(r"""=?\s*(["“”'‘’`])(.*)["“”'‘’`]""", re.DOTALL)
_ALONE = re.compile(r"""^["“”'‘’`](?=[^A-Za-z"“”'‘’`]*$)|["“”]+(?=$)""")

AGAIN = Text("请改正此行后再导入。", "Correct the row and import again.")
AS_TEXT = Text(
    "请下载名册模板（证件号码列为文本格式），按身份证重新填写此行后再导入。",
    "Take the roster template (its ID column is text) and enter the row again from the card.",
)


class Wrong(Exception):
    """One cell is wrong: field, problem and remedy, and a code."""

    def __init__(self, of: str, problem: Text, remedy: Text, code: str = "") -> None:
        super().__init__(of)
        self.of, self.problem, self.remedy = of, problem, remedy
        self.code = code or of


def text_of(cell: Cell) -> str:
    """Return a cell as a person reads it, whatever Excel or another program made of it."""
    if isinstance(cell, str):
        text = cell.strip() if cell.isprintable() else tidied(cell)
        return _unquoted(text) if text[:1] in _QUOTES or text[-1:] in _QUOTES else text
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float) and cell.is_integer():
        # Beyond Excel's 15 digits a float would show digits that nobody has written.
        return str(int(Decimal(f"{cell:.{EXCEL_DIGITS - 1}E}")))
    return str(cell)


_QUOTES = frozenset("=\"“”'‘’`")


def _unquoted(text: str) -> str:
    """A text without the quotation marks that programs put around cells, to keep their digits."""
    if quoted := _QUOTED.fullmatch(text):
        return quoted[2].strip()
    return _ALONE.sub("", text).strip()


def is_nothing(text: str) -> bool:
    """Tell whether a text says that there is nothing to say: 无, /, -, 不详."""
    if len(text) > _LONGEST_NOTHING and text[0].isalnum():
        return False
    return text.lower() in _NOTHING or _SIGNS_ONLY.fullmatch(text) is not None


def document_of(cell: Cell, kind_cell: Cell, notes: list[str]) -> Document:
    """Read a document's number, and its kind where it is said.

    A kind that is not understood leaves it to a number with a check character to tell.
    """
    try:
        kind = _coded("document_kind", kind_cell)
    except Wrong as wrong:
        try:
            document = document_of(cell, "", notes)
        except Wrong:
            raise wrong from None
        if document.kind not in TOLD_BY_NUMBER:
            raise
        notes.append("kind_unread")
        return document
    text = text_of(cell)
    if is_nothing(text):
        text = ""
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


def _coded(of: str, cell: Cell) -> str | None:
    text = text_of(cell)
    if is_nothing(text):
        return None
    if (code := code_of(of, text)) is None:
        title, english = TITLES[of]
        values = {"title": title, "english": english}
        problem = Text("“{title}”栏看不懂这个内容。", "The {english} is not understood.", values)
        raise Wrong(of, problem, one_of(of))
    return code


def tie_of(cell: Cell, notes: list[str]) -> str | None:
    """Read the tie to the town; None where nothing is said, or nothing that is understood."""
    text = text_of(cell)
    if (whole := code_of("tie", text)) is not None:
        return whole
    if is_nothing(text):
        return None
    for part in (*_BETWEEN.split(text), *text.split()):
        if (tie := code_of("tie", part)) is not None:
            return tie
    notes.append("tie_unread")
    return None


def one_of(of: str) -> Text:
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


def cohorts_of(cell: Cell, notes: list[str]) -> tuple[str, ...] | None:
    """Read one or several cohorts, the main one first; what is not understood is left out."""
    text = text_of(cell)
    if (whole := code_of("cohort", text)) is not None:
        return (whole,)
    if is_nothing(text):
        return None
    codes: list[str | None] = []
    for part in _BETWEEN.split(text):
        of_part = [code_of("cohort", part)]
        if of_part == [None]:
            of_part = [code_of("cohort", each) for each in part.split()]
        codes += of_part
    if None in codes:
        notes.append("cohort_unread")
    said = tuple(dict.fromkeys(code for code in codes if code is not None))
    return said or None


def phone_of(cell: Cell, notes: list[str], words: list[str]) -> str | None:
    """Read telephone numbers; `words` gets the cell as it is written where it says more than numbers."""
    text = text_of(cell)
    if is_nothing(text):
        return None
    kept, said, unread = phones_among(text)
    if unread or (said and not kept):
        notes.append("phone_left_out")
    if not all(map(fits_area, kept.split(BETWEEN))):
        notes.append("phone_doubtful")
    if said and (kept or marks_in(text)):
        words.append(text)
        notes.append("phone_words")
    elif kept and kept != text and not unread:
        notes.append("phone")
    return kept or None


def email_of(cell: Cell, notes: list[str]) -> str | None:
    """Read an email address."""
    email = one_form(text_of(cell)).replace(" ", "")
    if is_nothing(email):
        return None
    if len(email) > EMAIL_LENGTH or not _EMAIL.fullmatch(email):
        notes.append("email_left_out")
        return None
    return email


def address_of(cell: Cell, notes: list[str]) -> str | None:
    """Read where the person lives."""
    address = text_of(cell)
    if is_nothing(address):
        return None
    if len(address) > ADDRESS_LENGTH:
        notes.append("address_left_out")
        return None
    return address


def cadre_of(cell: Cell, notes: list[str]) -> str | None:
    """Read the login of the member of staff who looks after the person."""
    login = unicodedata.normalize("NFKC", text_of(cell)).lower()
    if is_nothing(login):
        return None
    if _LOGIN.fullmatch(login):
        return login
    notes.append("cadre")
    return None
