"""Numbers that are no valid document: what is wrong, and what to do.

No message repeats a number, so that it can stand in a log.
"""

from __future__ import annotations

from shared.kit.language import Text
from shared.town.identity_documents.kinds import Kind
from shared.town.identity_documents.numbers import LENGTH
from shared.town.terms.residents import DOCUMENT_KINDS

SIGNS_SHOWN = 5
"""How many wrong characters a message names at most."""

NAMES = {kind: (each.zh, each.en) for kind, each in DOCUMENT_KINDS.items()}
_SHAPES: dict[str, tuple[str, str]] = {
    "passport": (
        "5至9位字母和数字，至少一位数字",
        "5 to 9 letters and digits, one a digit at least",
    ),
    "hk_macau_permit": ("H或M加8位数字（或加10位数字）", "H or M and 8 digits (or 10)"),
    "taiwan_permit": (
        "8位数字（旧证10位）；以0开头时单元格须为文本格式，否则0会丢失",
        "8 digits (10 on an old permit); where it begins with 0 the cell must be text, or the 0 is lost",
    ),
    "foreign_permanent_resident_card": (
        "以9开头的18位号码，旧证为3个字母加12位数字",
        "18 characters that begin with 9, or 3 letters and 12 digits on an old card",
    ),
    "residence_permit": (
        "以81、82或83开头的18位号码",
        "18 characters that begin with 81, 82 or 83",
    ),
}


_SAID: dict[str, tuple[str, str]] = {
    "missing": (
        "缺少证件号码，请填写身份证的18位号码，或其他证件的号码。",
        "The document number is missing; enter the 18 characters on the identity card, or the number of"
        " another document.",
    ),
    "excel_damage": (
        "身份证号被Excel当作数字处理，后三位已丢失，无法恢复。"
        "请将该列设为“文本”格式，再按身份证重新填写，不要从本表复制。",
        "Excel took the document number for a number and lost its last three digits for good. "
        "Format the column as text and enter it again from the card, not from this sheet.",
    ),
    "characters": (
        "身份证号含有不允许的字符：{signs}。前17位应为数字，末位为数字或X，请核对身份证。",
        "The document number has characters that no card has: {signs}. 17 digits and then a "
        "digit or X are allowed; compare it with the card.",
    ),
    "length": (
        "身份证号应为{wanted}位，现为{found}位，请核对身份证。",
        "A card's document number has {wanted} characters, this has {found}; compare it with the card.",
    ),
    "unknown_kind": (
        "单凭这个号码看不出是哪种证件。请核对号码，并在“证件类型”栏写明（如护照、台湾居民来往大陆通行证）。",
        "The number alone does not tell which document it is; check it and say so in the column"
        " for the document type, such as passport or Taiwan permit.",
    ),
    "shape": (
        "这不是{name[0]}的号码，应为{form[0]}。请核对证件和“证件类型”。",
        "This is no number of a {name[1]}, which has {form[1]}; check the document and its type.",
    ),
    "checksum": (
        "证件号码校验码不符，可能有数字录错或位置颠倒，请核对证件。",
        "The check digit of the document number does not fit: a digit is mistyped or two have changed "
        "places; compare it with the document.",
    ),
    "birth_date": (
        "证件号码中的出生日期不存在，请核对证件。",
        "The date of birth within the document number does not exist; compare it with the document.",
    ),
    "division": (
        "证件号码中的省级行政区划代码不存在，请核对证件。",
        "The province within the document number does not exist; compare it with the document.",
    ),
}


class BadDocument(ValueError):
    """A number that is no valid document; ``zh`` and ``en`` say what is wrong and what to do.

    ``code`` is one of missing, excel_damage, length, characters, birth_date, division, checksum
    (numbers of the identity card's form); shape (not the form of the kind that was said);
    unknown_kind (the number alone does not tell the kind).
    """

    def __init__(self, code: str, **values: object) -> None:
        self.code = code
        self.text = Text(*_SAID[code], values)
        self.zh, self.en = (text.format(**values) for text in _SAID[code])
        super().__init__()

    def __str__(self) -> str:
        """What is wrong with it."""
        return str(self.text)


def misshapen(number: str) -> BadDocument:
    """Return the refusal of what is neither 18 characters nor digits."""
    wrong = sorted({sign for sign in number[:-1] if sign not in "0123456789"})
    if number[-1] not in "0123456789X":
        wrong.append(number[-1])
    if wrong:
        return BadDocument("characters", signs=" ".join(list(dict.fromkeys(wrong))[:SIGNS_SHOWN]))
    return BadDocument("length", wanted=LENGTH, found=len(number))


def bad_shape(kind: Kind) -> BadDocument:
    """Return the refusal of a number that the said kind never has."""
    return BadDocument("shape", name=NAMES[kind], form=_SHAPES[kind])
