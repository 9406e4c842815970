"""The rule by which a known number's other name is a correction, or a question (R21).

A correction is what one person's name becomes on its way through lists: another script or spelling,
the same sound, one sign of a given name of two, a surname put before or a word behind. Anything else may
be somebody else, and one such row is enough to ask.
"""

from __future__ import annotations

from services.registration.search.alike_names import names_compared
from services.registration.search.blind_index import Parts
from services.registration.search.names import Name, name_of, plain

SAME = ("same_name", "name_other_script")
CORRECTED = (*SAME, "same_pinyin", "similar_name", "similar_letters")
"""Outcomes of likeness that are no question."""
ONE_SIGN = "part_of_name"
"""No question either, unless the sign is the surname: a family has that in common, not a person."""

SHORTEST = 2
"""Signs that the shorter of two names has at least, when the other one only adds to it."""


def is_other_spelling(one: str, other: str) -> bool:
    """Tell whether two names are the same in another script, width or spacing."""
    return one == other or _compared(one, other) in SAME


def is_other_name(one: str, other: str) -> bool:
    """Tell whether two names are too different for a correction of one of them."""
    if one == other:
        return False
    outcome, first, second = _compared(one, other), name_of(one), name_of(other)
    if outcome in CORRECTED or (outcome == ONE_SIGN and first.surname == second.surname):
        return False
    return not _adds(first, second)


def _compared(one: str, other: str) -> str:
    return names_compared(_named(one), _named(other))


def _named(name: str) -> Parts:
    return Parts(plain(name), name_of(name), "", "", "", "")


def _adds(one: Name, other: Name) -> bool:
    """Tell whether one name is the other with something added: a husband's surname, a second name."""
    short, long = sorted((one, other), key=lambda name: len(name.written))
    if short.han != long.han:
        return False
    if not short.han:
        return len(short.words) >= SHORTEST and {*short.words} <= {*long.words}
    added = long.written.startswith(short.written) or long.written.endswith(short.written)
    return added and len(short.written) >= SHORTEST
