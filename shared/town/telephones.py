"""Telephone numbers: how people write them, the one form they are kept in, and texts that hold one.

`phonenumbers` knows area codes and countries. Eleven digits that begin with 1 are a mobile number
here whatever it knows of them: networks get new ones, and rehearsals use some that are nobody's.
So are the landlines' seven or eight digits with an area code, an extension behind it, or neither.
Numbers of services (12345, 95588) and of one firm's network (661234) reach nobody from outside.
"""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from typing import NamedTuple

from phonenumbers import (
    Leniency,
    NumberParseException,
    PhoneNumberFormat,
    PhoneNumberMatcher,
    format_number,
    is_possible_number,
    is_valid_number,
    parse,
)

BETWEEN = "、"
"""Stands between several numbers of one person; the first is the main one."""

_HERE, _COUNTRY = "CN", 86
_WRITTEN = re.compile(r"[0-9+()/,;、.\s_\-\u2010-\u2015]{5,60}")
_BETWEEN = re.compile(r"[/,;、，；]+|\s{2,}")
_SEPARATORS = re.compile(r"[^0-9+]+")
_OF_COUNTRY = r"(?:(?:\+|00)?86)?"
_MOBILE = re.compile(_OF_COUNTRY + r"(1[0-9]{10})")
_TWO_MOBILES = re.compile(r"(1[0-9]{10})(1[0-9]{10})")
_NEARLY_MOBILE = re.compile(r"(?:(?:\+|00)86)?(?:1[0-9]{3,9}|1[0-9]{11,13})")
_LANDLINE = re.compile(
    r"(?:(?:\+|00)86)?(?:(?:0[1-9][0-9]{1,2}[1-9][0-9]{6,7}|[48]00[0-9]{7})[0-9]{0,5}|[2-9][0-9]{6,7})"
)
_MOBILE_IN_TEXT = re.compile(r"(?<!\d)(?:\+?(?:00)?86[- ]?)?1\d{2}[- ]?\d{4}[- ]?\d{4}(?!\d)")


_EXTENSION = re.compile(r"\s*(?:转|分机|内线|EXT\.?|X)\s*(?=[0-9])", re.IGNORECASE)
_WORD = re.compile(r"[^0-9+()/,;、.\s_\-\u2010-\u2015]+")
_AROUND = re.compile(r"^[^0-9+(]+|[^0-9)]+$|^\((?![0-9]+\))|(?<![0-9])\)$|^\((?=[^)]*$)|(?<!\()\)$")
_ONE_BY_ONE = re.compile(r"(?<!\d)1\d{2}[- ]?\d{4}[- ]?\d{4}(?!\d)")
_LONGEST = 200
_OF_LANDLINES = (10, 11, 12)
_JOINING = ("或", "或者", "和", "及", "与")
_SIGNS_OF_WORDS = " :：.,;*#\"'“”‘’"


class NoPhone(ValueError):
    """What is written is no telephone number; `code` is phone or phone_length."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def phones_of(text: str) -> str:
    """Return the numbers in a text, joined by 、; '' for none; raise `NoPhone`."""
    if len(text) == 11 and text.isascii() and text.isdigit() and text[0] == "1":
        return text
    text = unicodedata.normalize("NFKC", text).strip(" \t\r\n'`\u2018\u2019").removesuffix(".0")
    if not text:
        return ""
    numbers: list[str] = []
    for part in filter(None, map(str.strip, _BETWEEN.split(text))):
        both = _WRITTEN.fullmatch(part) and _TWO_MOBILES.fullmatch(_SEPARATORS.sub("", part))
        numbers += both.groups() if both else [phone_of(part)]
    if not numbers:
        raise NoPhone("phone")
    return BETWEEN.join(dict.fromkeys(numbers))


class Phones(NamedTuple):
    """What is in a cell of telephones: `kept` as `phones_of` gives it, `words` as they are written,
    and how many parts with digits are no number.
    """

    kept: str
    words: tuple[str, ...] = ()
    unread: int = 0


def phones_among(text: str) -> Phones:
    """Return all that can be read of a cell in which people write numbers, words and signs."""
    try:
        return Phones(phones_of(text))
    except NoPhone:
        pass
    if len(text) > _LONGEST:
        return Phones("", (), 1)
    text = _EXTENSION.sub("-", unicodedata.normalize("NFKC", text))
    found = (word.strip(_SIGNS_OF_WORDS) for word in _WORD.findall(text))
    words = tuple(word for word in found if word and word not in _JOINING)
    numbers: list[str] = []
    unread = 0
    for part in _BETWEEN.split(_WORD.sub(";", text)):
        found, left = _read_part(part)
        numbers += found
        unread += left
    return Phones(BETWEEN.join(dict.fromkeys(numbers)), words, unread)


def _read_part(part: str) -> tuple[list[str], int]:
    """The numbers of a part without words, and how many pieces of it with digits are none."""
    part = _bare(part)
    if not part:
        return [], 0
    with suppress(NoPhone):
        return phones_of(part).split(BETWEEN), 0
    pieces = list(map(_bare, part.split()))
    if mobiles := _ONE_BY_ONE.findall(part):
        pieces = [*mobiles, _bare(_ONE_BY_ONE.sub(" ", part))]
    numbers: list[str] = []
    unread = 0
    for piece in filter(None, pieces):
        try:
            numbers.append(phone_of(piece))
        except NoPhone:
            unread += 1
    return numbers, unread


def _bare(part: str) -> str:
    """A part without the signs around it; '' where it has no digits."""
    before = ""
    while before != part:
        before, part = part, _AROUND.sub("", part)
    return part if any(map(str.isdecimal, part)) else ""


def phone_of(written: str) -> str:
    """Return one number as it is kept: digits, area codes with their 0, foreign numbers with their +.

    Raises `NoPhone`.
    """
    bare = _SEPARATORS.sub("", written)
    if not _WRITTEN.fullmatch(written):
        raise NoPhone("phone")
    if mobile := _MOBILE.fullmatch(bare):
        return mobile[1]
    if _NEARLY_MOBILE.fullmatch(bare):
        raise NoPhone("phone_length")
    try:
        number = parse(bare, _HERE)
    except NumberParseException:
        raise NoPhone("phone") from None
    if number.country_code != _COUNTRY:
        if not is_possible_number(number):
            raise NoPhone("phone")
        return format_number(number, PhoneNumberFormat.E164)
    if is_valid_number(number):
        return _SEPARATORS.sub("", format_number(number, PhoneNumberFormat.NATIONAL))
    if not _LANDLINE.fullmatch(bare):
        raise NoPhone("phone")
    return bare


def fits_area(kept: str) -> bool:
    """Tell whether a landline has as many digits as its area's have, an extension left aside."""
    if not kept.startswith("0"):
        return True
    return any(is_valid_number(parse(kept[:length], _HERE)) for length in _OF_LANDLINES)


def digits_of_first(text: str) -> str:
    """Return the digits of the first number in a text as it is kept, or just its digits."""
    first = _BETWEEN.split(text, maxsplit=1)[0]
    with suppress(NoPhone):
        first = phone_of(first)
    return re.sub(r"\D+", "", first)


def is_phone(written: str) -> bool:
    """Tell whether this is one telephone number."""
    try:
        return bool(phone_of(written))
    except NoPhone:
        return False


def holds_phone(text: str) -> bool:
    """Tell whether a text holds a mobile number, or another with its area or country before it.

    Digits alone may be a batch's number.
    """
    if _MOBILE_IN_TEXT.search(text):
        return True
    found = PhoneNumberMatcher(text, _HERE, leniency=Leniency.VALID)
    return any(match.raw_string[0] in "+(0" for match in found)
