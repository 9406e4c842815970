"""A batch: received = used + wasted + left; what may not be given is refused."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.appointments.domain.batch import Batch
from services.appointments.domain.stock_refusals import (
    BatchDiffers,
    BatchEmpty,
    BatchExpired,
    BatchRecalled,
    CountedMeanwhile,
    CountUnexplained,
    NoteDiffers,
)
from shared.kit.eventstore import blank
from shared.kit.refusals import Refusal as SiteRefusal

ANNA = UUID("5f0c8d1e-2b1a-8c3d-9e4f-0a1b2c3d4e5f")
DAY, EXPIRY = date(2024, 4, 2), date(2024, 9, 30)


def a_batch(doses: int = 3) -> Batch:
    return received(blank(Batch, Batch.create_id("stadium", "SV-1")), doses)


def received(
    batch: Batch, doses: int, product: str = "CoronaVac", expiry: date = EXPIRY, note: str = ""
) -> Batch:
    batch.receive("stadium", "SV-1", product, doses, expiry, 1, note or None)
    return batch


def said(batch: Batch) -> list[str]:
    return [type(each).__name__ for each in batch.pending_events]


def test_a_dose_drawn_is_used():
    batch = a_batch()
    batch.draw(ANNA, 1, DAY)
    assert (batch.used, batch.left) == (1, 2)
    assert said(batch) == ["BatchReceived", "DoseDrawn"]


def test_the_last_day_of_a_batch_is_its_expiry():
    batch = a_batch()
    batch.draw(ANNA, 1, EXPIRY)
    with pytest.raises(BatchExpired):
        batch.draw(ANNA, 2, date(2024, 10, 1))
    assert batch.used == 1


def test_an_empty_batch_gives_nothing():
    batch = a_batch(1)
    batch.draw(ANNA, 1, DAY)
    with pytest.raises(BatchEmpty):
        batch.draw(ANNA, 2, DAY)
    assert batch.left == 0


def test_a_recalled_batch_gives_nothing_and_is_recalled_once():
    batch = a_batch()
    batch.recall("by the maker")
    batch.recall("by the maker, again")
    assert said(batch) == ["BatchReceived", "BatchRecalled"]
    with pytest.raises(BatchRecalled):
        batch.draw(ANNA, 1, DAY)


def test_nobody_can_waste_more_than_is_left():
    batch = a_batch(3)
    batch.waste(2, "broken", False, None)
    with pytest.raises(BatchEmpty) as refused:
        batch.waste(2, "broken", False, None)
    assert "1" in str(refused.value)
    assert (batch.wasted, batch.left) == (2, 1)


def test_the_same_batch_with_other_facts_is_refused():
    batch = received(a_batch(3), 4)
    assert batch.left == 7
    for facts in (("BIBP", EXPIRY), ("CoronaVac", DAY)):
        with pytest.raises(BatchDiffers):
            received(batch, 1, *facts)
    assert batch.left == 7


def test_a_note_counts_once_and_says_one_thing():
    batch = received(received(a_batch(3), 5, note="D-1"), 5, note="D-1")
    assert batch.left == 8
    with pytest.raises(NoteDiffers):
        received(batch, 6, note="D-1")
    for _ in range(2):
        batch.send(DAY, "township", 2, "D-1")
    assert (batch.moved, batch.left) == (2, 6)
    with pytest.raises(NoteDiffers):
        batch.send(DAY, "school", 2, "D-1")


def test_a_difference_is_explained_before_the_books_follow():
    batch = a_batch(3)
    with pytest.raises(CountUnexplained):
        batch.count(DAY, 2, None)
    with pytest.raises(CountedMeanwhile):
        batch.count(DAY, 2, "mislaid", expected=4)
    batch.count(DAY, 2, "mislaid", expected=3)
    assert (batch.lost, batch.left) == (1, 2)


STEPS = st.lists(
    st.one_of(st.sampled_from(("draw", "recall", "count", "send", "receive")), st.integers(1, 4)),
    max_size=30,
)


@given(doses=st.integers(1, 12), steps=STEPS)
def test_received_is_always_used_and_wasted_and_moved_and_lost_and_left(
    doses: int, steps: list[str | int]
):
    batch = a_batch(doses)
    for number, step in enumerate(steps):
        try:
            if step == "draw":
                batch.draw(ANNA, 1, DAY)
            elif step == "recall":
                batch.recall("x")
            elif step == "count":
                batch.count(DAY, batch.left // 2, "x")
            elif step == "send":
                batch.send(DAY, "township", 2, f"T-{number}")
            elif step == "receive":
                received(batch, 3)
            else:
                batch.waste(int(step), "broken", False, None)
        except SiteRefusal:
            pass
        assert batch.received == sum(
            (batch.used, batch.wasted, batch.moved, batch.lost, batch.left)
        )
        assert batch.left >= 0
    if "recall" in steps:
        drawn_after = said(batch)[said(batch).index("BatchRecalled") :]
        assert "DoseDrawn" not in drawn_after
