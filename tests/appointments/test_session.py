"""A session: places are held, never more than there are."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.appointments.domain.refusals import NoFreeSlot, NoSuchSlot
from services.appointments.domain.session import Session

ANNA = UUID("5f0c8d1e-2b1a-8c3d-9e4f-0a1b2c3d4e5f")
TIMES: tuple[str, ...] = ("08:00", "08:30", "14:00")


def a_session(capacity: int = 2) -> Session:
    slots = [{"time": time, "capacity": capacity} for time in TIMES]
    return Session(site="stadium", day=date(2024, 4, 2), product="CoronaVac", slots=slots)


def test_a_place_taken_is_no_longer_free():
    session = a_session()
    session.take("08:30", ANNA, 1)
    assert (session.free("08:00"), session.free("08:30")) == (2, 1)


def test_a_full_slot_is_refused_and_the_others_stay_free():
    session = a_session(1)
    session.take("08:00", ANNA, 1)
    with pytest.raises(NoFreeSlot):
        session.take("08:00", ANNA, 2)
    assert [session.free(time) for time in TIMES] == [0, 1, 1]
    assert len(session.pending_events) == 2, "a refusal leaves no event"


def test_a_place_given_back_can_be_taken_again():
    session = a_session(1)
    session.take("08:00", ANNA, 1)
    session.release("08:00", ANNA, 1)
    session.take("08:00", ANNA, 1)
    assert session.free("08:00") == 0


def test_a_time_that_is_no_slot_is_refused():
    with pytest.raises(NoSuchSlot):
        a_session().take("12:00", ANNA, 1)


@given(
    capacity=st.integers(0, 4),
    steps=st.lists(st.tuples(st.booleans(), st.sampled_from(TIMES)), max_size=40),
)
def test_taken_never_exceeds_capacity_in_any_order(capacity: int, steps: list[tuple[bool, str]]):
    session = a_session(capacity)
    held = dict.fromkeys(TIMES, 0)
    for takes, time in steps:
        if takes:
            try:
                session.take(time, ANNA, 1)
                held[time] += 1
            except NoFreeSlot:
                assert held[time] == capacity
        elif held[time]:
            session.release(time, ANNA, 1)
            held[time] -= 1
        assert session.taken == held
        assert all(0 <= session.free(each) <= capacity for each in TIMES)
