"""What one resident's screenings amount to."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.screening.domain.refusals import NotCleared
from services.screening.domain.rules import Outcome
from services.screening.domain.screening import Screened, Screening
from shared.kit.eventstore.empty import blank

ANNA = uuid.UUID("5f0c8d1e-2b1a-8c3d-9e4f-0a1b2c3d4e5f")
DAY = date(2024, 4, 2)
CLEARED = Outcome("cleared")
FEVER = Outcome("deferred", ("fever",), DAY + timedelta(days=7))
ALLERGY = Outcome("contraindicated", ("severe_allergy",), lasting=True)


def given_nobody_was_screened() -> Screening:
    return blank(Screening, Screening.create_id(ANNA))


def when_recorded(screening: Screening, outcome: Outcome, day: date = DAY, days: int = 1) -> None:
    screened = Screened("stadium", day, "plan-2024.2", 1, 36.5)
    screening.record(ANNA, outcome, screened, clearance_days=days)


@pytest.mark.parametrize("outcome", [CLEARED, FEVER, ALLERGY])
def test_an_outcome_is_recorded_once_a_day(outcome):
    screening = given_nobody_was_screened()
    when_recorded(screening, outcome)
    when_recorded(screening, outcome)
    assert screening.outcome == outcome.kind
    assert len(screening.pending_events) == 1


def test_the_same_outcome_on_another_day_is_recorded_again():
    screening = given_nobody_was_screened()
    when_recorded(screening, CLEARED)
    when_recorded(screening, CLEARED, DAY + timedelta(days=1))
    assert len(screening.pending_events) == 2


def test_a_fever_after_a_clearance_on_the_same_day_takes_its_place():
    screening = given_nobody_was_screened()
    when_recorded(screening, CLEARED)
    when_recorded(screening, FEVER)
    assert (screening.outcome, screening.reasons) == ("deferred", ["fever"])


@given(st.integers(1, 60), st.dates(date(2024, 1, 1), date(2025, 12, 31)))
def test_a_clearance_holds_for_as_many_days_as_the_campaign_says(days, day):
    screening = given_nobody_was_screened()
    when_recorded(screening, CLEARED, day, days)
    assert screening.until is not None
    assert (screening.until - day).days + 1 == days


def test_a_clearance_is_withdrawn_once():
    screening = given_nobody_was_screened()
    when_recorded(screening, CLEARED)
    for _ in range(2):
        screening.withdraw(ANNA, day=DAY, rules="plan-2024.2", reason="answer corrected")
    assert screening.outcome == "withdrawn"
    assert len(screening.pending_events) == 2


@pytest.mark.parametrize("outcome", [None, FEVER, ALLERGY])
def test_without_a_clearance_there_is_nothing_to_withdraw(outcome):
    screening = given_nobody_was_screened()
    if outcome:
        when_recorded(screening, outcome)
    with pytest.raises(NotCleared):
        screening.withdraw(ANNA, day=DAY, rules="plan-2024.2", reason="answer corrected")


def test_after_a_withdrawal_the_same_day_may_clear_again():
    screening = given_nobody_was_screened()
    when_recorded(screening, CLEARED)
    screening.withdraw(ANNA, day=DAY, rules="plan-2024.2", reason="answer corrected")
    when_recorded(screening, CLEARED)
    assert screening.outcome == "cleared"
