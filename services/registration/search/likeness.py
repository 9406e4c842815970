"""How alike two people are: probably one person twice, or two who share a lot?

A Fellegi-Sunter score: the weights (`weights.py`) of what each comparison brings are added up;
their sum, as odds, is a probability. Similarities are rapidfuzz's.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from services.registration.search.alike_names import names_compared
from services.registration.search.blind_index import Parts
from services.registration.search.weights import PRIOR, TOGETHER, WEIGHTS
from shared.town.terms.rosters import MATCH_REASONS, MATCHED_AGAINST

REASONS = tuple(MATCH_REASONS)
AGAINST = tuple(MATCHED_AGAINST)
# What is told for an outcome that has no words of its own: of each comparison, outcome -> code.
_TOLD: dict[str, dict[str, str]] = {
    "name": {"similar_letters": "similar_name"},
}
_TOLD_AGAINST: dict[str, dict[str, str]] = {
    "name": dict.fromkeys(("surname_only", "part_of_name", "different"), "different_name"),
    "number": dict.fromkeys(("different_cards", "neighbouring_cards"), "different_cards"),
    "phone": {"shared_phone": "shared_phone"},
    "born": dict.fromkeys(("same_year", "different"), "different_birth_date"),
    "sex": {"different": "different_sex"},
}
_CARD = re.compile(r"\d{17}[\dX]")
_FACTORS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
# Of a card without birth date: where the region ends. How far apart in the sequence those are whom
# one place registered on one day: a large county has two dozen births of each sex.
_REGION, _ONE_DAY = 6, 50


@dataclass(frozen=True, slots=True)
class Likeness:
    """How likely two records are one person (0 to 1), and what speaks for and against it.

    `reasons` are codes of `REASONS`, `against` of `AGAINST`.
    """

    score: float
    reasons: tuple[str, ...]
    against: tuple[str, ...] = ()


def outcomes_of(one: Parts, other: Parts, *, shared_phone: bool = False) -> dict[str, str]:
    """Return how name, number, phone, birth date and sex of two people compare.

    `shared_phone` tells that the phone is that of so many people that it says nothing.
    """
    phone = _compared(one.phone, other.phone, "same_phone", _phones)
    return {
        "name": names_compared(one, other),
        "number": _compared(one.number, other.number, "same_number", _numbers),
        "phone": "shared_phone" if shared_phone and phone == "same_phone" else phone,
        "born": _compared(one.born, other.born, "same_birth_date", _births),
        "sex": _compared(one.sex, other.sex, "same", lambda _, __: "different"),
    }


def weight_of(outcomes: dict[str, str]) -> float:
    """Return what outcomes weigh, for one person above zero."""
    weight = PRIOR + sum(WEIGHTS[of][said] for of, said in outcomes.items())
    for together, more in TOGETHER:
        if together.items() <= outcomes.items():
            weight += more
    return weight


def likeness_of(one: Parts, other: Parts, *, shared_phone: bool = False) -> Likeness:
    """Compare two people; with a `shared_phone` that they have one phone says nothing."""
    outcomes = outcomes_of(one, other, shared_phone=shared_phone)
    told = [_TOLD.get(of, {}).get(said, said) for of, said in outcomes.items()]
    against = [_TOLD_AGAINST[of].get(said, "") for of, said in outcomes.items()]
    return Likeness(
        1 / (1 + 2 ** -weight_of(outcomes)),
        tuple(said for said in told if said in REASONS),
        tuple(said for said in against if said),
    )


def _compared(one: str, other: str, same: str, differing: Callable[[str, str], str]) -> str:
    if not (one and other):
        return "missing"
    return same if one == other else differing(one, other)


def _numbers(one: str, other: str) -> str:
    cards = bool(_CARD.fullmatch(one)) + bool(_CARD.fullmatch(other))
    if cards == 1:
        return "other_document"
    if cards:
        return _cards(one, other)
    # Passports are numbered as they are issued: a family's lie side by side.
    beside = one[:-2] == other[:-2] and len(one) == len(other)
    alike = OSA.distance(one, other, score_cutoff=1) <= 1
    return "similar_number" if alike and not beside else "different_documents"


def _cards(one: str, other: str) -> str:
    """Compare two cards without their birth dates, which are compared for themselves.

    The check digit (ISO 7064 MOD 11-2) shows every digit that is mistyped and every two that
    changed places: two cards that both are valid are not one with a slip of the hand, and those
    of one place that are near in its sequence are twins, or strangers, sooner than one person.
    """
    stems = one[:6] + one[14:17], other[:6] + other[14:17]
    if OSA.distance(*stems, score_cutoff=1) > 1:
        return "different_cards"
    if not (_is_valid(one) and _is_valid(other)):
        return "similar_number"
    (region, at), (other_region, other_at) = ((each[:_REGION], each[_REGION:]) for each in stems)
    if region == other_region and at != other_at and abs(int(at) - int(other_at)) < _ONE_DAY:
        return "neighbouring_cards"
    return "similar_number"


def _is_valid(card: str) -> bool:
    total = sum(int(digit) * factor for digit, factor in zip(card[:17], _FACTORS, strict=True))
    return "10X98765432"[total % 11] == card[17]


def _phones(one: str, other: str) -> str:
    return "similar_phone" if OSA.distance(one, other, score_cutoff=1) <= 1 else "different"


def _births(one: str, other: str) -> str:
    swapped = one[:5] + one[8:10] + "-" + one[5:7] == other
    digits, others = one.replace("-", ""), other.replace("-", "")
    if swapped or OSA.distance(digits, others, score_cutoff=1) <= 1:
        return "similar_birth_date"
    return "same_year" if one[:4] == other[:4] else "different"
