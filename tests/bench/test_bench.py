"""The benchmarks run; how fast is for people to read."""

from __future__ import annotations

import pytest

from tests.bench.__main__ import measure
from tests.bench.measures import MEASURES


def test_a_measurement_gives_positive_figures():
    found = measure(quick=True, only="replay")
    assert set(found) == {"replay_events_per_s"}
    assert all(value > 0 for value, _ in found.values())


@pytest.mark.parametrize(
    ("name", "figures"),
    [
        ("matching", {"match_precision_percent", "match_recall_percent", "match_us_per_person"}),
        ("guessing", {"guessed_percent", "guessed_unsalted_percent"}),
        ("search", {"search_ms_p50", "search_ms_p99", "search_name_ms", "search_initials_ms"}),
    ],
)
def test_finding_is_measured(name: str, figures: set[str]):
    found = measure(quick=True, only=name)
    assert figures <= set(found)
    assert all(value > 0 for value, _ in found.values())


def test_every_measurement_says_how_it_is_made():
    assert set(MEASURES) == {
        "appends",
        "signed_in",
        "servers",
        "relay",
        "lag",
        "replay",
        "imports",
        "import_town",
        "matching",
        "search",
        "guessing",
    }
    assert all(how for _, _, _, how in MEASURES.values())
