"""R04: two doses, at least 14 days apart, whichever way one tries; of one product."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.appointments.domain.refusals import NoAppointment, TooEarly
from services.appointments.domain.stock_refusals import ProductMismatch
from shared.kit.refusals import Refusal
from tests.support.courses import FIRST, RULES, Story, after_first_dose, days


@pytest.mark.parametrize("gap", [0, 1, 13])
def test_no_second_dose_within_14_days(gap: int):
    with pytest.raises(TooEarly) as refused:
        after_first_dose().booked(2, FIRST + days(gap))
    assert refused.value.details["earliest"] == "2024-04-16"


def test_the_14th_day_is_late_enough():
    second = FIRST + days(14)
    story = after_first_dose().booked(2, second).checked_in(second).given(second)
    assert [dose["day"] for dose in story.course.doses] == [FIRST, second]


def test_day_27_of_28_is_too_early_for_a_product_that_asks_for_28():
    story = Story(rules=replace(RULES, interval_days=28))
    story.booked(1, FIRST).checked_in(FIRST).given(FIRST)
    with pytest.raises(TooEarly):
        story.booked(2, FIRST + days(27))
    story.booked(2, FIRST + days(28))


def test_no_moving_of_a_second_dose_into_the_interval():
    story = after_first_dose().booked(2, FIRST + days(20))
    with pytest.raises(TooEarly):
        story.moved(2, FIRST + days(13))


def test_the_interval_counts_from_the_booking_while_no_dose_is_given():
    with pytest.raises(TooEarly):
        Story().booked(1, FIRST).booked(2, FIRST + days(13))


def test_no_second_dose_is_booked_without_a_first():
    with pytest.raises(NoAppointment):
        Story().booked(2, FIRST)


def test_a_second_dose_on_the_day_of_the_first_is_refused_as_too_early_at_the_desk():
    with pytest.raises(TooEarly):
        after_first_dose().given(FIRST)


def test_a_rule_tightened_later_holds_at_the_desk_for_what_was_booked_before():
    story = after_first_dose().booked(2, FIRST + days(14))
    story.rules = replace(RULES, interval_days=21)
    story.checked_in(FIRST + days(14))
    with pytest.raises(TooEarly):
        story.given(FIRST + days(14))


def test_products_are_not_mixed_at_booking_or_at_the_desk():
    second = FIRST + days(14)
    with pytest.raises(ProductMismatch):
        after_first_dose().booked(2, second, product="BIBP")
    with pytest.raises(ProductMismatch):
        after_first_dose().booked(2, second).checked_in(second).given(second, "BIBP")


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["booked", "moved", "cancelled", "missed", "checked_in", "given"]),
        st.integers(1, 2),
        st.integers(0, 80),
        st.sampled_from(["CoronaVac", "CoronaVac", "BIBP"]),
    ),
    max_size=25,
)


@given(steps=STEPS, interval=st.sampled_from([14, 21]))
def test_no_order_of_commands_gives_two_doses_too_close_or_of_two_products(
    steps: list[tuple[str, int, int, str]], interval: int
):
    story = Story(rules=replace(RULES, interval_days=interval))
    for step, dose, offset, product in steps:
        day = date(2024, 4, 1) + days(offset)
        live = story.course.live(dose)
        try:
            if step in ("booked", "moved"):
                if step == "booked" and live:
                    continue
                getattr(story, step)(dose, day, product=product)
            elif step in ("cancelled", "missed"):
                getattr(story, step)(dose)
            elif step == "checked_in":
                story.checked_in(live["day"] if live else day)
            else:
                story.given(live["day"] if live else day, product)
        except Refusal:
            pass
    given_doses = story.course.doses
    assert [each["dose"] for each in given_doses] == list(range(1, len(given_doses) + 1))
    if len(given_doses) == 2:
        first, second = given_doses
        assert (second["day"] - first["day"]).days >= interval
        assert first["product"] == second["product"]
