"""The benchmarks run; how fast is for people to read."""

from __future__ import annotations

from tests.bench.__main__ import measure
from tests.bench.measures import MEASURES


def test_a_measurement_gives_positive_figures():
    found = measure(quick=True, only="replay")
    assert set(found) == {"replay_events_per_s"}
    assert all(value > 0 for value, _ in found.values())


def test_every_measurement_says_how_it_is_made():
    assert set(MEASURES) == {"appends", "signed_in", "relay", "lag", "replay", "imports"}
    assert all(how for _, _, _, how in MEASURES.values())
