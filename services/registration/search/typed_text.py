"""What somebody types to find a resident, and which traces that may mean."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from services.registration.search.blind_index import Seen, number_of, phone_of, sought_of
from services.registration.search.names import folded, is_han, name_of, plain

LONGEST = 60
_FOUR = re.compile(r"\d{3}[\dX]")
_SIX = re.compile(r"\d{5}[\dX]")
_NUMBER = re.compile(r"[A-Z]{0,3}\d[\dA-Z]{5,17}")
_LETTERS = re.compile(r"[^\W\d_]+")
_PHONE_DIGITS = (7, 15)
_MOST_INITIALS = 6

Check = Callable[[Seen], bool]


@dataclass(frozen=True, slots=True)
class Meant:
    """One thing that a typed text may mean: a column's value; `holds` checks it in clear."""

    column: str
    value: str
    holds: Check


def _in(column: str, value: str) -> Meant:
    return Meant(column, value, lambda who: sought_of(who).get(column) == value)


def _whole(number: str) -> Meant:
    return Meant("last_six", number[-6:], lambda who: number_of(who.number) == number)


def meant_by(text: str) -> list[list[Meant]]:
    """Return what a typed text may mean: groups, each to be tried when those before find nobody.

    Digits are the end of a number, a telephone or a whole document number; Chinese signs are a
    name, its beginning, or one that sounds like it; letters are pinyin, initials or a name.
    """
    text = plain(text)[:LONGEST]
    if any(map(is_han, text)):
        return _chinese(text)
    if any(sign.isdecimal() for sign in text):
        return _digits(text)
    return _letters(text)


def _digits(text: str) -> list[list[Meant]]:
    number, phone = number_of(text), phone_of(text)
    meant: list[Meant] = []
    if _FOUR.fullmatch(number):
        meant = [_in("last_four", number)]
        if number.isdecimal():
            meant.append(_in("phone_four", number))
    elif _SIX.fullmatch(number):
        meant = [_in("last_six", number)]
    if _NUMBER.fullmatch(number):
        meant.append(_whole(number))
    if _PHONE_DIGITS[0] <= len(phone) <= _PHONE_DIGITS[1]:
        meant.append(_in("phone", phone))
    return [meant] if meant else []


def _chinese(text: str) -> list[list[Meant]]:
    name = name_of(text)
    exact = [_in("name", name.written)]
    if len(name.written) == 1:
        exact = [_in("first_sign", name.written)]
    elif len(name.written) == 2:
        exact.append(_in("two_signs", name.written))
    return [exact, [_in("sound", name.sound)]]


def _letters(text: str) -> list[list[Meant]]:
    words = [folded(word) for word in _LETTERS.findall(text.replace("'", ""))]
    if not words:
        return []
    joined = "".join(words)
    turned = [words[at:] + words[:at] for at in range(1, min(len(words), 4))]
    sounds = dict.fromkeys([joined, *("".join(each) for each in turned)])
    groups = [[_in("sound", each) for each in sounds]]
    if len(joined) <= _MOST_INITIALS:
        groups[0].append(_in("initials", joined))
    if len(words) == 1:
        groups.append([_in("surname", joined), _in("first_sign", joined)])
    return groups
