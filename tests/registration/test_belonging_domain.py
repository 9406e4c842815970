"""A resident on a second list and in several cohorts: told once each, counted once."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.registration.domain.belonging_refusals import CountsHere
from services.registration.domain.resident import Resident
from services.registration.residents.lists import may_share

ANNA = UUID("5f0c8d1e-2b1a-8c3d-9e4f-0a1b2c3d4e5f")


def anna(**facts: Any) -> Resident:
    usual: dict[str, Any] = {
        "resident": ANNA,
        "unit": "v01",
        "tie": "household",
        "cohort": "general",
        "sex": "female",
        "birth_date": date(1979, 5, 21),
        "document_kind": "resident_card",
        "identity": {},
    }
    return Resident(**usual | facts)


def correct(person: Resident, cohort: str) -> None:
    person.correct(unit="v01", tie="household", cohort=cohort, identity={}, new_identity=False)


def events(person: Resident) -> list[str]:
    return [type(each).__name__ for each in person.pending_events[1:]]


def test_a_second_list_is_told_once():
    person = anna()
    assert person.list_also("s01", "workplace")
    assert not person.list_also("s01", "workplace")
    assert (events(person), person.also) == (["ResidentAlsoListed"], {"s01": "workplace"})
    assert person.unit == "v01"


def test_the_counting_unit_is_no_second_list():
    person = anna()
    assert not person.list_also("v01", "household")
    assert events(person) == []


def test_another_tie_to_a_second_unit_is_told():
    person = anna()
    person.list_also("s01", "workplace")
    assert person.list_also("s01", "home")
    assert person.also == {"s01": "home"}


def test_leaving_a_second_list_is_told_once():
    person = anna()
    person.list_also("s01", "workplace")
    assert person.unlist("s01")
    assert not person.unlist("s01")
    assert (events(person)[1:], person.also) == (["ResidentUnlisted"], {})


def test_the_counting_unit_cannot_let_go():
    with pytest.raises(CountsHere):
        anna().unlist("v01")


@pytest.mark.parametrize(
    ("kinds", "kind", "may"),
    [
        (["village"], "sector", True),
        (["sector"], "community", True),
        (["village"], "village", False),
        (["village"], "neighbourhood", False),
        (["sector"], "sector", False),
        (["village", "sector"], "community", False),
        (["sector", "village"], "sector", False),
    ],
)
def test_a_place_and_a_sector_may_share_a_person(kinds: list[str], kind: str, may: bool):
    assert may_share(kinds, kind) is may


def test_tags_are_told_once_with_the_main_cohort_first():
    person = anna()
    assert person.tag(["merchant", "cadre"])
    assert not person.tag(["cadre", "general", "merchant"])
    assert person.cohorts == ("general", "cadre", "merchant")
    assert events(person) == ["CohortsTagged"]


def test_the_main_cohort_alone_is_no_news():
    person = anna()
    assert not person.tag(["general"])
    assert not person.tag([])


def test_tags_can_be_taken_back():
    person = anna()
    person.tag(["cadre"])
    assert person.tag([])
    assert person.cohorts == ("general",)


def test_a_correction_changes_the_main_cohort_and_leaves_the_tags():
    person = anna(cohort="merchant")
    person.tag(["cadre"])
    correct(person, "teacher")
    assert person.cohorts == ("teacher", "cadre")
    correct(person, "cadre")
    assert person.cohorts == ("cadre",)
