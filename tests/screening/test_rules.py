"""The plan's screening rules, R07 and R09 to R13."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.screening.domain.refusals import ImplausibleTemperature, UnansweredQuestion
from services.screening.domain.rules import PERMANENT, QUESTIONS, TEMPORARY, screen
from shared.town.terms import screening as terms

DAY = date(2024, 4, 2)
WELL = dict.fromkeys(QUESTIONS, False) | {"temperature": 36.5, "healthy": True}
AGES = (18, 59)


def screened(age: int = 40, **answers):
    return screen(WELL | answers, age=age, day=DAY, ages=AGES)


def test_every_question_and_reason_has_its_words():
    assert tuple(terms.QUESTIONS) == QUESTIONS
    assert terms.CONTRAINDICATIONS.keys() >= set(PERMANENT.values())
    assert terms.DEFERRAL_REASONS.keys() == {"fever", *(reason for reason, _ in TEMPORARY.values())}


def test_a_healthy_adult_is_cleared():
    assert screened().kind == "cleared"


@pytest.mark.parametrize("question", PERMANENT)
def test_each_permanent_contraindication_is_found(question):
    outcome = screened(**{question: True})
    assert (outcome.kind, outcome.reasons) == ("contraindicated", (PERMANENT[question],))


@pytest.mark.parametrize("question", TEMPORARY)
def test_what_is_temporary_defers_until_a_day_to_look_again(question):
    reason, days = TEMPORARY[question]
    outcome = screened(**{question: True})
    assert (outcome.kind, outcome.reasons) == ("deferred", (reason,))
    assert outcome.until == DAY + timedelta(days=days)


@pytest.mark.parametrize(("temperature", "kind"), [(37.2, "cleared"), (37.3, "deferred")])
def test_fever_begins_at_37_3(temperature, kind):
    assert screened(temperature=temperature).kind == kind


def test_own_and_family_history_are_asked_apart():
    assert screened(epilepsy_family=True).reasons == ("epilepsy_family",)


@pytest.mark.parametrize(
    ("age", "kind"), [(17, "contraindicated"), (18, "cleared"), (59, "cleared")]
)
def test_nobody_under_18(age, kind):
    assert screened(age).kind == kind


@pytest.mark.parametrize(("healthy", "kind"), [(True, "cleared"), (False, "contraindicated")])
def test_from_60_only_in_good_health(healthy, kind):
    assert screened(60, healthy=healthy).kind == kind


def test_all_temporary_reasons_are_told_and_the_latest_day_counts():
    outcome = screened(temperature=38.5, pregnant=True)
    assert outcome.reasons == ("fever", "pregnancy")
    assert outcome.until == DAY + timedelta(days=42)


@given(st.sets(st.sampled_from(sorted(PERMANENT)), min_size=1), st.booleans())
def test_the_permanent_outranks_the_temporary(found, feverish):
    outcome = screened(temperature=39.0 if feverish else 36.5, **dict.fromkeys(found, True))
    assert outcome.kind == "contraindicated"
    assert set(outcome.reasons) == {PERMANENT[question] for question in found}


@given(st.sampled_from(QUESTIONS))
def test_no_question_may_be_left_out(question):
    answers = {key: value for key, value in WELL.items() if key != question}
    with pytest.raises(UnansweredQuestion) as refused:
        screen(answers, age=40, day=DAY, ages=AGES)
    assert refused.value.details == {"missing": [question]}


@pytest.mark.parametrize("temperature", [3.65, 33.9, 43.1, 365])
def test_a_mistyped_temperature_is_refused(temperature):
    with pytest.raises(ImplausibleTemperature):
        screened(temperature=temperature)
