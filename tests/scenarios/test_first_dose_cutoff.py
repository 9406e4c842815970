"""R05: first doses end on 5 June, earlier for a product with a longer interval."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from services.appointments.domain.refusals import AfterCutoff
from shared.town.campaign import load
from tests.support.courses import Story, days
from tests.support.part import CAMPAIGN_FILE

CUTOFF = date(2024, 6, 5)


def test_the_cutoff_itself_is_in_time():
    assert Story().booked(1, CUTOFF).said() == ["AppointmentBooked"]


def test_no_first_dose_is_booked_after_the_cutoff():
    with pytest.raises(AfterCutoff) as refused:
        Story().booked(1, CUTOFF + days(1))
    assert refused.value.details == {"day": "2024-06-06", "cutoff": "2024-06-05"}


def test_no_first_dose_is_moved_past_the_cutoff():
    with pytest.raises(AfterCutoff):
        Story().booked(1, CUTOFF).moved(1, CUTOFF + days(1))


def test_an_authorised_reason_passes_the_cutoff_and_stays_with_the_appointment():
    late = CUTOFF + days(1)
    story = Story().booked(1, late, override="ship's crew, back on 6 June")
    story.moved(1, late + days(1)).checked_in(late + days(1)).given(late + days(1))
    assert story.event(0).override == "ship's crew, back on 6 June"
    assert len(story.course.doses) == 1


def test_second_doses_go_on_after_the_cutoff():
    story = Story().booked(1, CUTOFF).checked_in(CUTOFF).given(CUTOFF)
    assert story.booked(2, date(2024, 6, 19)).course.live(2)


def test_the_cutoff_of_a_21_day_product_leaves_room_for_its_second_dose():
    campaign = load(Path(CAMPAIGN_FILE))
    for product in campaign.products:
        cutoff = campaign.cutoff(product.code)
        assert cutoff <= CUTOFF
        assert cutoff + days(campaign.interval(product.code)) <= campaign.end
    assert campaign.cutoff("BIBP") == date(2024, 5, 30)
