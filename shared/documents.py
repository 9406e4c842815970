"""Identity documents: the resident identity card (居民身份证, GB 11643), read and checked.

No message repeats a number, so that it can stand in a log.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Literal

from stdnum import numdb
from stdnum.cn import ric
from stdnum.exceptions import InvalidComponent

Sex = Literal["female", "male"]

LENGTH = 18
OLD_LENGTH = 15
EXCEL_DIGITS = 15
"""Excel keeps 15 digits of a number and makes the others zero."""

SIGNS_SHOWN = 5
"""How many wrong characters a message names at most."""

_TAIWAN_PERMIT = "83"
"""First digits of the residence permit for people from Taiwan, which is numbered like a card."""

_NOISE = re.compile(r"[\s'`\u2018\u2019\u200b-\u200f\u2060\ufeff\u00ad-]+")
_SHAPE = re.compile(r"[0-9]{17}[0-9X]")
_NUMBER_CELL = re.compile(r"[0-9](?:\.[0-9]*)?E\+?[0-9]{1,2}|[0-9]{15,}\.0*")


class BadDocument(ValueError):
    """A number that is no valid document; ``zh`` and ``en`` say what is wrong and what to do.

    ``code`` is one of missing, excel_damage, old_card, length, characters, birth_date, division,
    checksum.
    """

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(f"{zh} {en}")
        self.code = code
        self.zh = zh
        self.en = en


@dataclass(frozen=True, slots=True)
class ResidentCard:
    """A valid resident identity card; ``number`` is 18 characters, the last a digit or X."""

    number: str
    birth_date: date
    sex: Sex


def resident_card(text: str) -> ResidentCard:
    """Read a resident identity card number as people write it (R08); raises BadDocument.

    Full-width characters, spaces, hyphens, a leading apostrophe and a small x are put right. The
    division must lie in a known province; its county is not compared with the year of birth, because
    a card carries the county of the day the number was given, not of the birth.
    """
    number = _normalised(text)
    if not number:
        raise _missing()
    if _NUMBER_CELL.fullmatch(number):
        raise _excel_damage()
    if not _SHAPE.fullmatch(number):
        raise _misshapen(number)
    if ric.calc_check_digit(number) != number[-1]:
        raise _excel_damage() if looks_excel_damaged(number) else _bad_checksum()
    try:
        birth_date = ric.get_birth_date(number)
    except InvalidComponent as error:
        raise _bad_birth_date() from error
    if not _is_province(number[:2]):
        raise _bad_division()
    return ResidentCard(number, birth_date, "male" if int(number[16]) % 2 else "female")


def looks_excel_damaged(text: str) -> bool:
    """Whether a number looks as if Excel had read it as a number and lost its last three digits.

    True also for the one valid number in about a thousand that really ends in 000: where other rows of
    a file are damaged, such a row wants a second look although ``resident_card`` accepts it (one
    damaged number in eleven has the right check digit by chance).
    """
    number = _normalised(text)
    if _NUMBER_CELL.fullmatch(number):
        return True
    if len(number) != LENGTH or not number.isdecimal():
        return False
    kept = round(int(number), EXCEL_DIGITS - LENGTH)
    return int(number) in (kept, int(float(kept)))


def _normalised(text: str) -> str:
    return _NOISE.sub("", unicodedata.normalize("NFKC", text)).upper()


def _is_province(code: str) -> bool:
    return code == _TAIWAN_PERMIT or bool(numdb.get("cn/loc").info(code)[0][1])


def _missing() -> BadDocument:
    return BadDocument(
        "missing",
        "缺少身份证号，请填写18位公民身份号码。",
        "The identity number is missing; enter the 18 characters of the card.",
    )


def _excel_damage() -> BadDocument:
    return BadDocument(
        "excel_damage",
        "身份证号被Excel当作数字处理，后三位已丢失，无法恢复。"
        "请将该列设为“文本”格式，再按身份证重新填写，不要从本表复制。",
        "Excel took the identity number for a number and lost its last three digits for good. "
        "Format the column as text and enter it again from the card, not from this sheet.",
    )


def _misshapen(number: str) -> BadDocument:
    wrong = sorted({sign for sign in number[:-1] if sign not in "0123456789"})
    if number[-1] not in "0123456789X":
        wrong.append(number[-1])
    if wrong:
        signs = " ".join(list(dict.fromkeys(wrong))[:SIGNS_SHOWN])
        return BadDocument(
            "characters",
            f"身份证号含有不允许的字符：{signs}。前17位应为数字，末位为数字或X，请核对身份证。",
            f"The identity number has characters that no card has: {signs}. 17 digits and then a "
            "digit or X are allowed; compare it with the card.",
        )
    if len(number) == OLD_LENGTH:
        return BadDocument(
            "old_card",
            "这是15位的第一代身份证号，请填写第二代身份证的18位号码。",
            "This is the 15-digit number of a first-generation card; enter the 18 characters of the "
            "present card.",
        )
    return BadDocument(
        "length",
        f"身份证号应为18位，现为{len(number)}位，请核对身份证。",
        f"An identity number has 18 characters, this has {len(number)}; compare it with the card.",
    )


def _bad_checksum() -> BadDocument:
    return BadDocument(
        "checksum",
        "身份证号校验码不符，可能有数字录错或位置颠倒，请核对身份证。",
        "The check digit of the identity number does not fit: a digit is mistyped or two have changed "
        "places; compare it with the card.",
    )


def _bad_birth_date() -> BadDocument:
    return BadDocument(
        "birth_date",
        "身份证号第7至14位不是有效的出生日期，请核对身份证。",
        "Digits 7 to 14 of the identity number are no date of birth; compare it with the card.",
    )


def _bad_division() -> BadDocument:
    return BadDocument(
        "division",
        "身份证号前两位不是省级行政区划代码，请核对身份证。",
        "The first two digits of the identity number are no province; compare it with the card.",
    )
