"""Telephone numbers as people write them: several in a cell, with separators, with +86."""

from __future__ import annotations

import re
import unicodedata

BETWEEN = "、"
"""Stands between several numbers of one person; the first is the main one."""

_PHONES = re.compile(r"[0-9+()/,;、.\s_\-\u2010-\u2015]{5,60}")
_BETWEEN = re.compile(r"[/,;、]+|\s{2,}")
_NO_DIGIT = re.compile(r"[^0-9]+")
_COUNTRY = re.compile(r"(?:\+|00)?86(?=1[0-9]{10}$)")
_MOBILE = re.compile(r"1[0-9]{10}")
_TWO_MOBILES = re.compile(r"(1[0-9]{10})(1[0-9]{10})")
_NEARLY_MOBILE = re.compile(r"1[0-9]{8,9}|1[0-9]{11,13}")


class NoPhone(ValueError):
    """What stands in a cell is no telephone number; `code` is phone or phone_length."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def phones_of(text: str) -> str:
    """Return the numbers in a text, digits only, joined by 、; '' for none; raise `NoPhone`.

    A number that begins as a mobile one has eleven digits; an area code keeps its 0, a foreign
    number its +.
    """
    if len(text) == 11 and text.isascii() and text.isdigit() and text[0] == "1":
        return text
    text = unicodedata.normalize("NFKC", text).strip(" \t\r\n'`\u2018\u2019")
    if not text:
        return ""
    text = text.removesuffix(".0")
    if not _PHONES.fullmatch(text):
        raise NoPhone("phone")
    numbers: list[str] = []
    for part in _BETWEEN.split(text):
        if part := part.strip():
            numbers += _numbers(part)
    if not numbers:
        raise NoPhone("phone")
    return BETWEEN.join(dict.fromkeys(numbers))


def _numbers(part: str) -> list[str]:
    digits = _NO_DIGIT.sub("", part)
    foreign = "+" if part.startswith("+") else ""
    number = _COUNTRY.sub("", foreign + digits)
    if both := _TWO_MOBILES.fullmatch(number):
        return [both[1], both[2]]
    if _MOBILE.fullmatch(number):
        return [number]
    if _NEARLY_MOBILE.fullmatch(number):
        raise NoPhone("phone_length")
    if not 5 <= len(digits) <= 20:
        raise NoPhone("phone")
    return [number]
