"""R07: the age counts on the day of the dose; under 18 never."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.appointments.domain.refusals import UnderAge
from shared.town.campaign import age_on
from tests.support.courses import FIRST, Story, days, someone


def test_nobody_is_booked_for_a_day_before_turning_18():
    with pytest.raises(UnderAge):
        Story(someone(date(2006, 4, 3))).booked(1, FIRST)


def test_the_18th_birthday_is_old_enough():
    assert Story(someone(date(2006, 4, 2))).booked(1, FIRST).course.live(1)


def test_who_turns_18_later_is_booked_for_later_and_not_moved_to_before():
    story = Story(someone(date(2006, 4, 12))).booked(1, FIRST + days(10))
    with pytest.raises(UnderAge):
        story.moved(1, FIRST + days(9))


def test_a_birth_date_corrected_after_booking_holds_at_the_desk():
    story = Story().booked(1, FIRST).checked_in(FIRST)
    story.person = someone(date(2010, 1, 1))
    with pytest.raises(UnderAge):
        story.given(FIRST)


def test_somebody_over_59_is_vaccinated_when_cleared():
    story = Story(someone(date(1940, 1, 1))).booked(1, FIRST).checked_in(FIRST).given(FIRST)
    assert len(story.course.doses) == 1


@given(birth=st.dates(date(1900, 1, 1), date(2024, 3, 1)), day=st.dates(FIRST, date(2024, 6, 20)))
def test_the_domain_counts_years_as_the_campaign_does(birth: date, day: date):
    assert someone(birth).age_on(day) == age_on(birth, day)
