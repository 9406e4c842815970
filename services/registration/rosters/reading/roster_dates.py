"""Dates as people and Excel write them."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta

from services.registration.rosters.reading.workbook import Cell

_SERIAL_ZERO = date(1899, 12, 30)
"""Day 0 of Excel's count, which takes 1900 for a leap year: right from March 1900 on."""
_SERIALS = range(61, 110_000)

_YEAR_FIRST = re.compile(
    r"([0-9]{4})\s*[-/.年,\s]\s*([0-9]{1,2})\s*[-/.月,\s]\s*([0-9]{1,2})\s*[日号]?"
)
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_YEAR_LAST = re.compile(r"([0-9]{1,2})\s*[-/.\s]\s*([0-9]{1,2})\s*[-/.\s]\s*([0-9]{4})")
_MONTH_NAMED = re.compile(r"([0-9]{1,2})[\s-]+([A-Z]{3,9})\.?,?[\s-]+([0-9]{4})")
_MONTH_FIRST = re.compile(r"([A-Z]{3,9})\.?\s+([0-9]{1,2}),?\s+([0-9]{4})")
_TIME = re.compile(r"[T\s]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?$")
_NUMBER = re.compile(r"([0-9]{2,6})(?:\.[0-9]*)?")
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"), 1
    )
}


class NoDate(ValueError):
    """What stands in a cell is no day, or could be two."""


SYSTEMS_APART = 1_462
"""Days from the first day of one of Excel's two counts to that of the other, which begins in 1904."""


def day_of(cell: Cell, *, date1904: bool = False) -> tuple[date | None, bool]:
    """Return the day in a cell, None for an empty one, and whether it was a serial number.

    `date1904` tells that the book counts days from 1904.

    Raises `NoDate`, also for days such as 03/04/1980, which could be in March or in April, and for
    years of two digits.
    """
    if isinstance(cell, datetime):
        return cell.date(), False
    if isinstance(cell, date):
        return cell, False
    if isinstance(cell, bool):
        raise NoDate
    if isinstance(cell, int | float):
        return _of_number(cell, date1904)
    text = unicodedata.normalize("NFKC", str(cell)).strip(" \t\r\n'`\u2018\u2019").upper()
    if not text:
        return None, False
    text = _TIME.sub("", text)
    if shape := _COMPACT.fullmatch(text) or _YEAR_FIRST.fullmatch(text):
        return _day(shape[1], shape[2], shape[3]), False
    if shape := _NUMBER.fullmatch(text):
        return _of_number(int(shape[1]), date1904)
    return _of_words(text), False


def _of_number(number: float, date1904: bool) -> tuple[date, bool]:
    whole = int(number)
    serial = whole + SYSTEMS_APART if date1904 and whole < _SERIALS.stop else whole
    if serial in _SERIALS:
        return _SERIAL_ZERO + timedelta(days=serial), True
    if shape := _COMPACT.fullmatch(str(whole)):
        return _day(shape[1], shape[2], shape[3]), False
    raise NoDate


def _of_words(text: str) -> date:
    if shape := _YEAR_LAST.fullmatch(text):
        first, second = int(shape[1]), int(shape[2])
        if first > 12 or first == second:
            return _day(shape[3], shape[2], shape[1])
        if second > 12:
            return _day(shape[3], shape[1], shape[2])
    if (shape := _MONTH_NAMED.fullmatch(text)) and shape[2][:3] in _MONTHS:
        return _day(shape[3], str(_MONTHS[shape[2][:3]]), shape[1])
    if (shape := _MONTH_FIRST.fullmatch(text)) and shape[1][:3] in _MONTHS:
        return _day(shape[3], str(_MONTHS[shape[1][:3]]), shape[2])
    raise NoDate


def _day(year: str, month: str, day: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise NoDate from None
