"""One row of a roster: its cells read, checked and put into the system's terms (R08, R21)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any

from services.registration.headings import TITLES, choices, code_of
from services.registration.workbook import Cell
from shared.documents import EXCEL_DIGITS, BadDocument, ResidentCard, resident_card

NAME_LENGTH = 60
ADDRESS_LENGTH = 200

_PHONE = re.compile(r"[0-9+()/,;、 \-]{5,40}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_AGAIN = ("请核对身份证后改正此行再导入。", "Compare it with the card, mend the row, import again.")
AS_TEXT = (
    "请下载名册模板（身份证号列为文本格式），按身份证重新填写此行后再导入。",
    "Take the roster template (its ID column is text) and enter the row again from the card.",
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One row that was not taken: the cell, what is wrong with it, what to do; `also` the rest."""

    sheet: str
    row: int
    column: str
    value: str
    problem: str
    remedy: str
    also: list[dict[str, str]] = field(default_factory=list[dict[str, str]])


@dataclass(frozen=True, slots=True)
class Line:
    """One good row; None where the cell was empty or the column is missing."""

    sheet: str
    row: int
    name: str
    card: ResidentCard
    tie: str
    cohort: str | None
    phone: str | None
    address: str | None

    @property
    def said(self) -> tuple[str | None, ...]:
        """What the row says of the person, without where it stands."""
        return (self.name, self.tie, self.cohort, self.phone, self.address)


@dataclass(slots=True)
class Roster:
    """A read file. `ignored` names what was not read: columns, whole sheets (`column` empty)."""

    lines: list[Line] = field(default_factory=list[Line])
    faults: list[Fault] = field(default_factory=list[Fault])
    ignored: list[dict[str, str]] = field(default_factory=list[dict[str, str]])


class Wrong(Exception):
    """One cell is wrong: field, problem and remedy, each Chinese and English."""

    def __init__(self, of: str, problem: tuple[str, str], remedy: tuple[str, str]) -> None:
        super().__init__(of)
        self.of, self.problem, self.remedy = of, " ".join(problem), " ".join(remedy)


def read_row(sheet: str, row: int, values: dict[str, Cell]) -> tuple[Line | None, list[Wrong]]:
    """Return the row's line, or None and all that is wrong with it."""
    wrong: list[Wrong] = []
    got: dict[str, Any] = {}
    for name, read in _READERS.items():
        try:
            got[name] = read(values.get(name, ""))
        except Wrong as error:
            wrong.append(error)
    sex = got.pop("sex", None)
    card: ResidentCard | None = got.pop("card_number", None)
    if card is not None and sex is not None and sex != card.sex:
        problem = ("性别与身份证号不符。", "The sex does not agree with the identity number.")
        wrong.append(Wrong("sex", problem, _AGAIN))
    if wrong or card is None:
        return None, wrong
    return Line(sheet, row, card=card, **got), []


def text_of(cell: Cell) -> str:
    """Return a cell as a person reads it, whatever Excel made of it."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float) and cell.is_integer():
        # Beyond Excel's 15 digits a float would show digits that nobody has written.
        return str(int(Decimal(f"{cell:.{EXCEL_DIGITS - 1}E}")))
    return _CONTROL.sub(" ", str(cell)).strip()


def _name(cell: Cell) -> str:
    name = unicodedata.normalize("NFKC", text_of(cell))
    if not name:
        raise Wrong("name", ("缺少姓名。", "The name is missing."), ("请填写姓名。", "Fill it in."))
    looks_computed = name[0] in "=+-@"  # a sheet would take it for a formula
    if looks_computed or len(name) > NAME_LENGTH or not any(sign.isalpha() for sign in name):
        problem = ("这不像一个姓名。", "This does not look like a name.")
        raise Wrong("name", problem, ("请填写身份证上的姓名。", "Enter the name on the card."))
    return name


def _card(cell: Cell) -> ResidentCard:
    text = text_of(cell)
    if isinstance(cell, int | float) and abs(cell) >= 10**EXCEL_DIGITS:
        text = f"{float(cell):.5E}"  # a number to Excel: whatever its last digits were is lost
    try:
        return resident_card(text)
    except BadDocument as error:
        remedy = AS_TEXT if error.code == "excel_damage" else _AGAIN
        raise Wrong("card_number", (error.zh, error.en), remedy) from None


def _coded(of: str, cell: Cell) -> str | None:
    text = text_of(cell)
    if not text:
        return None
    if (code := code_of(of, text)) is None:
        title, english = TITLES[of]
        problem = (f"“{title}”栏看不懂这个内容。", f"The {english} is not understood.")
        raise Wrong(of, problem, (f"请填：{choices(of)}。", f"Write one of {choices(of)}."))
    return code


def _tie(cell: Cell) -> str:
    if (tie := _coded("tie", cell)) is None:
        problem = ("缺少与本镇的关系（类别）。", "The tie to the town is missing.")
        raise Wrong("tie", problem, (f"请填：{choices('tie')}。", "Write one of these."))
    return tie


def _phone(cell: Cell) -> str | None:
    phone = unicodedata.normalize("NFKC", text_of(cell))
    if phone and not _PHONE.fullmatch(phone):
        problem = ("这不是电话号码。", "This is no telephone number.")
        remedy = ("请填写号码，没有就留空。", "Enter the number, or leave the cell empty.")
        raise Wrong("phone", problem, remedy)
    return phone or None


def _address(cell: Cell) -> str | None:
    address = text_of(cell)
    if len(address) > ADDRESS_LENGTH:
        problem = (f"住址超过 {ADDRESS_LENGTH} 字。", f"More than {ADDRESS_LENGTH} characters.")
        raise Wrong("address", problem, ("请只写住址。", "Write the address only."))
    return address or None


_READERS: dict[str, Callable[[Cell], Any]] = {
    "card_number": _card,
    "name": _name,
    "tie": _tie,
    "sex": partial(_coded, "sex"),
    "cohort": partial(_coded, "cohort"),
    "phone": _phone,
    "address": _address,
}
