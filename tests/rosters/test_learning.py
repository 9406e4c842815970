"""The weights of close matches are those the script learns, and can be learned again."""

from __future__ import annotations

from services.registration.search.weights import LIKELY, WEIGHTS
from tests.rosters.learning import counted, figures, learned


def test_the_table_that_stands_is_the_one_that_is_learned():
    counts = counted()
    found = learned(counts)
    stands = {(of, said): bits for of, table in WEIGHTS.items() for said, bits in table.items()}
    assert found == stands
    precision, recall = figures(counts, found, LIKELY)
    assert precision >= 0.99
    assert recall >= 0.95
