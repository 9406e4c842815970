"""Weights of close matches: what each comparison of two records says for or against one person.

In bits: the logarithm (base 2) of how much likelier an outcome is between two records of one
person than between two people who came up as candidates (Fellegi and Sunter). The table is printed
by `python -m tests.rosters.learning`; the prior, what is missing or shared, and what comes together
are set by hand. Whoever changes one runs `python -m tests.bench matching`.
"""

from __future__ import annotations

# Where a pair is shown to somebody at all, and where it counts as likely the same person.
POSSIBLE = 0.5
LIKELY = 0.8

PRIOR = -9.0
# What is compared -> outcome -> weight, in the order in which `likeness.outcomes_of` compares.
WEIGHTS: dict[str, dict[str, float]] = {
    "name": {
        "same_name": 8.6,
        "name_other_script": 9.1,
        "same_pinyin": 6.8,
        "similar_letters": 8.2,
        "similar_name": 4.7,
        "short_name": 4.7,
        "part_of_name": -2.5,
        "surname_only": -7.0,
        "different": -11.9,
    },
    "number": {
        "same_number": 11.9,
        "similar_number": 4.9,
        "other_document": 0.9,
        "different_documents": 1.5,
        "neighbouring_cards": -6.2,
        "different_cards": -9.8,
        "missing": 0.0,
    },
    "phone": {
        "same_phone": 6.8,
        "similar_phone": 4.6,
        "different": -0.8,
        "missing": 0.0,
        "shared_phone": 0.0,
    },
    "born": {
        "same_birth_date": 6.1,
        "similar_birth_date": 3.4,
        "same_year": -2.9,
        "different": -5.8,
        "missing": 0.0,
    },
    "sex": {"same": 0.3, "different": -5.0, "missing": 0.0},
}
# Outcomes that mean more together than each for itself: born on one day with one surname and one
# sign in common are twins, as a generation's sign is shared by all its children.
TOGETHER: tuple[tuple[dict[str, str], float], ...] = (
    ({"name": "part_of_name", "born": "same_birth_date"}, -4.0),
    # Of one name, in one year, on one telephone: the day was mistyped.
    ({"name": "same_name", "phone": "same_phone", "born": "same_year"}, 3.0),
)
