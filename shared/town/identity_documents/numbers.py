"""What people and Excel do to a number."""

from __future__ import annotations

import re
import unicodedata

LENGTH = 18
EXCEL_DIGITS = 15
"""Excel keeps 15 digits of a number and makes the others zero."""

_NOISE = re.compile(r"[\s'`\u2018\u2019\u200b-\u200f\u2060\ufeff\u00ad\u2010-\u2015\u2212-]+")
_NUMBER_CELL = re.compile(r"[0-9](?:\.[0-9]*)?E\+?[0-9]{1,2}|[0-9]{15,}\.0*")


def normalised(text: str) -> str:
    """Return a number without what never counts: width, spaces, hyphens, apostrophes, case."""
    if text.isascii() and text.isalnum():
        return text.upper()
    return _NOISE.sub("", unicodedata.normalize("NFKC", text)).upper()


def is_number_cell(number: str) -> bool:
    """Tell whether a normalised text is how Excel shows a number cell, such as 4.20111E+17."""
    return ("E" in number or "." in number) and _NUMBER_CELL.fullmatch(number) is not None


def looks_excel_damaged(text: str) -> bool:
    """Whether a number looks as if Excel had read it as a number and lost its last three digits.

    True also for the one valid number in about a thousand that really ends in 000: where other rows of
    a file are damaged, such a row wants a second look although it is accepted (one damaged number in
    eleven has the right check digit by chance).
    """
    number = normalised(text)
    if is_number_cell(number):
        return True
    if len(number) != LENGTH or not number.isdecimal():
        return False
    kept = round(int(number), EXCEL_DIGITS - LENGTH)
    return int(number) in (kept, int(float(kept)))
