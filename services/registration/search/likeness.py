"""How alike two people are: probably one person twice, or two who share a lot?

A Fellegi-Sunter score: each comparison adds the logarithm (base 2) of how much likelier it is
between two records of one person than between two people who came up as candidates; their sum, as
odds, is a probability. Similarities are rapidfuzz's. The weights are set on generated towns
(`tests/rosters/duplicates.py`) and measured on others (`python -m tests.bench matching`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from rapidfuzz.distance import OSA
from rapidfuzz.fuzz import ratio

from services.registration.search.blind_index import Parts
from services.registration.search.names import Name
from shared.town.terms.rosters import MATCH_REASONS

# Where a pair is shown to somebody at all, and where it counts as likely the same person.
POSSIBLE = 0.5
LIKELY = 0.8

PRIOR = -9.0
# Comparison -> outcome -> weight. The outcomes with a reason are what people are told.
NAME = {
    "same_name": 8.5,
    "name_other_script": 8.5,
    "same_pinyin": 7.0,
    "similar_name": 4.0,
    "part_of_name": -1.0,
    "surname_only": -9.0,
    "different": -12.0,
}
NUMBER = {
    "same_number": 12.0,
    "similar_number": 4.5,
    "other_document": 1.0,
    "different_documents": -1.0,
    "different_cards": -9.0,
    "missing": 0.0,
}
PHONE = {"same_phone": 5.0, "similar_phone": 4.5, "different": -1.5, "missing": 0.0}
BIRTH = {
    "same_birth_date": 5.5,
    "similar_birth_date": 4.0,
    "same_year": -4.0,
    "different": -6.5,
    "missing": 0.0,
}
SEX = {"same": 0.3, "different": -5.0, "missing": 0.0}
# Two people of one surname who hold cards side by side are twins sooner than one person twice:
# names that share one sign do not outweigh it, as a generation's sign is shared by all its children.
TWINS = ("part_of_name", "similar_number")
OF_TWINS = -4.0
REASONS = tuple(MATCH_REASONS)
_CARD = re.compile(r"\d{17}[\dX]")
SIMILAR_SOUND = 88.0
LONG_GIVEN = 5


@dataclass(frozen=True, slots=True)
class Likeness:
    """How likely two records are one person (0 to 1), and why: codes of `REASONS`."""

    score: float
    reasons: tuple[str, ...]


def outcomes_of(one: Parts, other: Parts) -> tuple[str, str, str, str, str]:
    """Return how name, number, phone, birth date and sex of two people compare."""
    return (
        _names(one, other),
        _compared(one.number, other.number, "same_number", _numbers),
        _compared(one.phone, other.phone, "same_phone", _phones),
        _compared(one.born, other.born, "same_birth_date", _births),
        _compared(one.sex, other.sex, "same", lambda _, __: "different"),
    )


def _compared(one: str, other: str, same: str, differing: Callable[[str, str], str]) -> str:
    if not (one and other):
        return "missing"
    return same if one == other else differing(one, other)


def likeness_of(one: Parts, other: Parts) -> Likeness:
    """Compare two people."""
    outcomes = outcomes_of(one, other)
    tables = (NAME, NUMBER, PHONE, BIRTH, SEX)
    weight = PRIOR + sum(table[said] for table, said in zip(tables, outcomes, strict=True))
    if outcomes[:2] == TWINS:
        weight += OF_TWINS
    return Likeness(1 / (1 + 2**-weight), tuple(said for said in outcomes if said in REASONS))


def _names(one: Parts, other: Parts) -> str:
    a, b = one.name, other.name
    if a.written == b.written:
        return "same_name" if one.said == other.said or not a.han else "name_other_script"
    if a.han != b.han:
        if b.sound in (a.sound, a.reversed) or a.sound in (b.sound, b.reversed):
            return "name_other_script"
    elif not a.han and sorted(a.words) == sorted(b.words):
        return "same_name"
    if a.sound == b.sound:
        return "same_pinyin"
    return _similar_names(a, b)


def _similar_names(a: Name, b: Name) -> str:
    if sorted(a.written) == sorted(b.written):
        return "similar_name"
    if a.han and b.han and len(a.written) == len(b.written):
        return _sign_by_sign(a, b)
    if a.surname != b.surname:
        # A mistyped surname leaves the given name as it was.
        return "similar_name" if a.given == b.given and len(a.given) >= LONG_GIVEN else "different"
    return "similar_name" if ratio(a.given, b.given) >= SIMILAR_SOUND else "surname_only"


def _sign_by_sign(a: Name, b: Name) -> str:
    """Compare names of as many signs: those that differ may still sound alike."""
    differing = [
        at for at, signs in enumerate(zip(a.written, b.written, strict=True)) if len({*signs}) > 1
    ]
    if all(_sound_alike(a.syllables[at], b.syllables[at]) for at in differing):
        return "similar_name"
    if len(differing) == 1 and len(a.written) > 2:
        return "part_of_name"
    return "surname_only" if a.surname == b.surname else "different"


def _sound_alike(one: str, other: str) -> bool:
    return one == other or _slurred(one) == _slurred(other)


def _slurred(syllable: str) -> str:
    """Return a syllable without what many speakers do not tell apart: zh and z, n and l, ng and n."""
    syllable = syllable.replace("h", "", 1) if syllable[1:2] == "h" else syllable
    if syllable.endswith("ng"):
        syllable = syllable[:-1]
    return "l" + syllable[1:] if syllable[:1] in ("n", "r") else syllable


def _numbers(one: str, other: str) -> str:
    cards = bool(_CARD.fullmatch(one)) + bool(_CARD.fullmatch(other))
    if cards == 1:
        return "other_document"
    if cards:
        # The birth date within is compared for itself, and the check digit follows from the others.
        one, other = one[:6] + one[14:17], other[:6] + other[14:17]
    if OSA.distance(one, other, score_cutoff=1) <= 1:
        return "similar_number"
    return "different_cards" if cards else "different_documents"


def _phones(one: str, other: str) -> str:
    return "similar_phone" if OSA.distance(one, other, score_cutoff=1) <= 1 else "different"


def _births(one: str, other: str) -> str:
    swapped = one[:5] + one[8:10] + "-" + one[5:7] == other
    digits, others = one.replace("-", ""), other.replace("-", "")
    if swapped or OSA.distance(digits, others, score_cutoff=1) <= 1:
        return "similar_birth_date"
    return "same_year" if one[:4] == other[:4] else "different"
