"""A week's report is published once and stays as it was."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.reporting.domain.week import Week
from shared.kit.eventstore import blank

FIGURES = {"town": {"first": 1, "second": 0}, "sites": [], "units": [], "days": []}
OTHER = {"town": {"first": 2, "second": 0}, "sites": [], "units": [], "days": []}


def test_a_week_is_published_with_its_figures_and_positions():
    week = blank(Week, Week.create_id("2024-W14"))
    week.publish("2024-W14", {"registration": 7}, FIGURES)
    assert (week.figures, week.positions) == (FIGURES, {"registration": 7})


def test_publishing_again_changes_nothing():
    week = blank(Week, Week.create_id("2024-W14"))
    week.publish("2024-W14", {"registration": 7}, FIGURES)
    week.publish("2024-W14", {"registration": 9}, OTHER)
    assert (week.figures, week.positions) == (FIGURES, {"registration": 7})
    assert len(week.pending_events) == 1


@given(st.integers(1, 52), st.integers(1, 52))
def test_each_week_has_one_stream(one, other):
    first, second = (Week.create_id(f"2024-W{number:02}") for number in (one, other))
    assert (first == second) == (one == other)
