"""A course: what is booked, moved, cancelled, missed, given and observed, and what is refused."""

from __future__ import annotations

from datetime import date

import pytest

from services.appointments.domain.refusals import (
    AfterCampaign,
    CourseComplete,
    DayOver,
    NoAppointment,
    NotCheckedIn,
    NotClearedToday,
    NotExpectedToday,
    NothingToObserve,
)
from services.appointments.domain.stock_refusals import ProductMismatch
from tests.support.courses import FIRST, Story, after_first_dose, days

SECOND = FIRST + days(14)


def complete() -> Story:
    story = after_first_dose().observed().booked(2, SECOND)
    return story.checked_in(SECOND).given(SECOND).observed()


def test_a_whole_course_is_told_in_order():
    assert complete().said() == [
        "AppointmentBooked",
        "ResidentCheckedIn",
        "DoseAdministered",
        "ObservationEnded",
        "AppointmentBooked",
        "ResidentCheckedIn",
        "DoseAdministered",
        "ObservationEnded",
    ]


def test_the_dose_number_follows_from_the_course():
    story = complete()
    assert [each["dose"] for each in story.course.doses] == [1, 2]
    with pytest.raises(CourseComplete):
        story.course.due(story.person)


def test_the_past_cannot_be_booked():
    with pytest.raises(DayOver):
        Story().booked(1, FIRST, today=FIRST + days(1))


def test_nothing_is_booked_after_the_campaign():
    with pytest.raises(AfterCampaign):
        after_first_dose().booked(2, date(2024, 6, 21))


def test_moving_changes_day_and_time_and_says_from_where():
    story = Story().booked(1, FIRST).moved(1, FIRST + days(1), "09:00")
    event = story.event()
    assert (event.from_day, event.from_time) == (FIRST, "08:30")
    assert story.live(1)["day"] == FIRST + days(1)


def test_moving_to_where_it_is_changes_nothing():
    assert Story().booked(1, FIRST).moved(1, FIRST).said() == ["AppointmentBooked"]


def test_what_is_not_booked_cannot_be_moved():
    with pytest.raises(NoAppointment):
        Story().moved(1, FIRST)
    with pytest.raises(NoAppointment):
        Story().booked(1, FIRST).checked_in(FIRST).moved(1, FIRST + days(1))


def test_an_appointment_keeps_its_product_when_it_is_moved():
    with pytest.raises(ProductMismatch):
        Story().booked(1, FIRST).moved(1, FIRST + days(1), product="BIBP")


def test_a_cancelled_appointment_no_longer_stands_and_is_cancelled_once():
    story = Story().booked(1, FIRST).cancelled(1).cancelled(1)
    assert story.course.live(1) is None
    assert story.said() == ["AppointmentBooked", "AppointmentCancelled"]


def test_what_was_never_booked_cannot_be_cancelled():
    with pytest.raises(NoAppointment):
        Story().cancelled(1)


def test_a_no_show_frees_the_dose_to_be_booked_again():
    story = Story().booked(1, FIRST).missed(1).booked(1, FIRST + days(1))
    assert story.said()[1:] == ["NoShowRecorded", "AppointmentBooked"]
    assert story.live(1)["status"] == "booked"


def test_a_no_show_is_recorded_once_and_not_of_somebody_who_is_here():
    with pytest.raises(NoAppointment):
        Story().booked(1, FIRST).missed(1).missed(1)
    with pytest.raises(NoAppointment):
        Story().booked(1, FIRST).checked_in(FIRST).missed(1)


def test_checking_in_twice_is_checking_in_once():
    story = Story().booked(1, FIRST).checked_in(FIRST).checked_in(FIRST)
    assert story.said() == ["AppointmentBooked", "ResidentCheckedIn"]


def test_nobody_is_checked_in_on_another_day():
    for day in (FIRST - days(1), FIRST + days(1)):
        with pytest.raises(NotExpectedToday):
            Story().booked(1, FIRST).checked_in(day)


def test_no_dose_without_check_in():
    with pytest.raises(NotCheckedIn):
        Story().booked(1, FIRST).given(FIRST)
    with pytest.raises(NotCheckedIn):
        Story().given(FIRST)


def test_a_check_in_of_yesterday_is_none_today():
    with pytest.raises(NotCheckedIn):
        Story().booked(1, FIRST).checked_in(FIRST).given(FIRST + days(1))


def test_no_dose_without_clearance_of_the_day():
    story = Story().booked(1, FIRST).checked_in(FIRST)
    with pytest.raises(NotClearedToday):
        story.given(FIRST, cleared=False)
    assert not story.course.doses


def test_no_dose_of_another_product_than_booked():
    with pytest.raises(ProductMismatch):
        Story().booked(1, FIRST).checked_in(FIRST).given(FIRST, "BIBP")


def test_observation_ends_once():
    story = after_first_dose().observed().observed()
    assert story.said().count("ObservationEnded") == 1


def test_nobody_is_observed_without_a_dose():
    for step in (Story().booked(1, FIRST).observed, Story().reported):
        with pytest.raises(NothingToObserve):
            step()


def test_an_adverse_event_names_the_dose_and_batch_it_followed():
    event = complete().reported("severe", "fever").event()
    assert (event.dose, event.batch, event.severity) == (2, "SV-1", "severe")
