"""Whatever happens before, between and after: an undone merge is as if it had never been."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.registration.test_matches import Town
from tests.support.examples import examples

SHOWN = (
    "status",
    "wished_week",
    "decline_reason",
    "until",
    "reasons",
    "first_day",
    "second_day",
    "merged_into",
    "records",
)
_STEP = st.tuples(
    st.sampled_from(("consent", "later_week", "decline", "dose", "defer", "clear", "forbid")),
    st.integers(0, 1),
)
_STEPS = st.lists(_STEP, max_size=4)


def lived(folder: Path, *parts: list[tuple[str, int]], merged: bool) -> dict[str, Any]:
    """What a town shows after three stretches of life, the middle one merged or not."""
    town = Town(folder, "registration")
    town.at("2024-03-26")
    records = town.registered(101, 102)
    doses = [0, 0]
    for number, steps in enumerate(parts):
        if merged and number == 1:
            town.merge(records[1], records[0])
        if merged and number == 2:
            assert town.unmerge(records[1]).status_code == 200
        for what, which in steps:
            step(town, records[which], what, which, doses)
    shown = [{name: town.shown(record)[name] for name in SHOWN} for record in records]
    assert town.view() == town.rebuilt_view()
    return {"records": shown, "unit": town.unit()}


def step(town: Town, record: str, what: str, which: int, doses: list[int]) -> None:
    if what == "consent":
        town.consents(record)
    elif what == "later_week":
        town.consents(record, "2024-W16")
    elif what == "decline":
        town.declines(record)
    elif what == "dose" and doses[which] < 2:
        doses[which] += 1
        town.dose(record, doses[which], f"2024-04-{10 * doses[which] + which:02d}")
    elif what == "defer":
        town.screened(record, "ResidentDeferred", reasons=["fever"], until="2024-04-09")
    elif what == "clear":
        town.screened(record, "ResidentCleared", valid_until="2024-04-07")
    elif what == "forbid":
        town.screened(record, "ContraindicationFound", reasons=["epilepsy_own"])


@settings(max_examples=examples(10), deadline=None)
@given(before=_STEPS, between=_STEPS, after=_STEPS)
@example(before=[], between=[("consent", 1), ("consent", 0)], after=[])
def test_an_undone_merge_is_as_if_it_had_never_been(
    tmp_path_factory: pytest.TempPathFactory,
    before: list[tuple[str, int]],
    between: list[tuple[str, int]],
    after: list[tuple[str, int]],
):
    folder = tmp_path_factory.mktemp("towns")
    life = (before, between, after)
    assert lived(folder / "merged", *life, merged=True) == lived(
        folder / "not", *life, merged=False
    )
