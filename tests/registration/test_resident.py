"""A resident: registered once, corrected when something changed, free to answer and think again."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registration.domain.contact import DECLINE_REASONS
from services.registration.domain.refusals import (
    RegisteredElsewhere,
    UnknownReason,
    WeekOutsideCampaign,
)
from services.registration.domain.resident import Resident

ANNA = UUID("5f0c8d1e-2b1a-8c3d-9e4f-0a1b2c3d4e5f")
IDENTITY = {"name": "甲", "card_number": "x", "phone": "1", "address": "东"}
WEEKS = ("2024-W13", "2024-W14", "2024-W15")


def a_resident() -> Resident:
    return Resident(
        resident=ANNA,
        unit="v01",
        tie="household",
        cohort="general",
        sex="female",
        birth_date=date(1979, 5, 21),
        document_kind="resident_card",
        identity=IDENTITY,
    )


def events(resident: Resident) -> list[str]:
    return [type(each).__name__ for each in resident.pending_events]


def test_registering_creates_the_stream_of_the_given_id():
    resident = a_resident()
    assert resident.id == ANNA
    assert events(resident) == ["ResidentRegistered"]
    assert IDENTITY not in vars(resident).values(), "identity is never kept in the aggregate"


def test_a_changed_cohort_is_a_correction_with_all_fields():
    resident = a_resident()
    resident.correct(
        unit="v01", tie="household", cohort="teacher", identity=IDENTITY, new_identity=False
    )
    corrected: Any = resident.pending_events[-1]
    assert events(resident) == ["ResidentRegistered", "ResidentCorrected"]
    assert (corrected.cohort, corrected.sex, corrected.birth_date) == (
        "teacher",
        "female",
        date(1979, 5, 21),
    )


def test_a_new_identity_alone_is_a_correction():
    resident = a_resident()
    moved = IDENTITY | {"phone": "2"}
    resident.correct(
        unit="v01", tie="household", cohort="general", identity=moved, new_identity=True
    )
    corrected: Any = resident.pending_events[-1]
    assert corrected.identity == moved


def test_the_same_facts_again_are_no_correction():
    resident = a_resident()
    resident.correct(
        unit="v01", tie="household", cohort="general", identity=IDENTITY, new_identity=False
    )
    assert events(resident) == ["ResidentRegistered"]


def test_another_unit_cannot_take_a_resident_over_by_a_roster():
    resident = a_resident()
    with pytest.raises(RegisteredElsewhere) as refusal:
        resident.correct(
            unit="v02", tie="household", cohort="general", identity=IDENTITY, new_identity=False
        )
    assert refusal.value.details == {"unit": "v01"}
    assert events(resident) == ["ResidentRegistered"]


def test_consent_is_recorded_with_the_wished_week():
    resident = a_resident()
    assert resident.give_consent("2024-W14", weeks=WEEKS, superseded=False)
    assert (resident.answer, resident.wished_week) == ("consent", "2024-W14")


def test_the_same_consent_again_is_ignored_and_another_week_is_not():
    resident = a_resident()
    resident.give_consent("2024-W14", weeks=WEEKS, superseded=False)
    assert not resident.give_consent("2024-W14", weeks=WEEKS, superseded=False)
    assert resident.give_consent("2024-W15", weeks=WEEKS, superseded=False)
    assert events(resident) == ["ResidentRegistered", "ConsentGiven", "ConsentGiven"]


@pytest.mark.parametrize("week", ["2024-W12", "2024-W16", "2024-W99", "soon"])
def test_consent_for_a_week_without_first_doses_is_refused(week: str):
    resident = a_resident()
    with pytest.raises(WeekOutsideCampaign, match="第13周（3月25日—31日）"):
        resident.give_consent(week, weeks=WEEKS, superseded=False)
    assert events(resident) == ["ResidentRegistered"]


def test_declining_is_recorded_with_its_reason():
    resident = a_resident()
    assert resident.decline("no_time", superseded=False)
    assert (resident.answer, resident.decline_reason) == ("decline", "no_time")


def test_declining_again_for_the_same_reason_is_ignored():
    resident = a_resident()
    resident.decline("no_time", superseded=False)
    assert not resident.decline("no_time", superseded=False)
    assert events(resident) == ["ResidentRegistered", "VaccinationDeclined"]


def test_declining_for_an_unknown_reason_is_refused():
    resident = a_resident()
    with pytest.raises(UnknownReason, match="because") as refused:
        resident.decline("because", superseded=False)
    assert "safety_worry" in refused.value.details["known"]  # type: ignore[operator]
    assert events(resident) == ["ResidentRegistered"]


_ANSWERS = st.one_of(
    st.tuples(st.just("consent"), st.sampled_from(WEEKS)),
    st.tuples(st.just("decline"), st.sampled_from(DECLINE_REASONS)),
)


@given(st.lists(_ANSWERS, max_size=12))
def test_the_last_answer_holds_and_only_changes_are_told(answers: list[tuple[str, str]]):
    resident = a_resident()
    for kind, detail in answers:
        if kind == "consent":
            resident.give_consent(detail, weeks=WEEKS, superseded=False)
        else:
            resident.decline(detail, superseded=False)
    changes = [now for n, now in enumerate(answers) if n == 0 or now != answers[n - 1]]
    assert len(resident.pending_events) == 1 + len(changes)
    last = answers[-1] if answers else ("none", None)
    assert (resident.answer, resident.wished_week or resident.decline_reason) == last
