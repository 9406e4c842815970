"""Officers and dockings of a unit: told once each, refused where they make no sense."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registration.domain.belonging_refusals import NamedLater
from services.registration.domain.unit import Unit

START = date(2024, 3, 25)
NOBODY = {"chief": None, "clerk": None, "contact_leader": None}
ORDER: dict[str, Any] = {
    "from_site": "stadium",
    "to_site": "community",
    "from_day": date(2024, 4, 15),
}


def a_unit() -> Unit:
    return Unit(unit="v01", kind="village", name_zh="东河村", name_en="Donghe Village")


def events(unit: Unit) -> list[str]:
    return [type(each).__name__ for each in unit.pending_events[1:]]


@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.sampled_from(["stadium", "community", "centre"])),
        min_size=1,
        max_size=12,
    ),
    st.integers(0, 80),
)
def test_the_site_on_a_day_is_the_latest_docking_that_has_begun(
    told: list[tuple[int, str]], offset: int
):
    unit = a_unit()
    for days, site in told:
        unit.dock(site, START + timedelta(days=days))
    begun = [(days, n, site) for n, (days, site) in enumerate(told) if days <= offset]
    first = min(days for days, _ in told)
    before = [site for days, site in told if days == first][-1]
    expected = max(begun)[2] if begun else before
    assert unit.site_on(START + timedelta(days=offset)) == expected


@given(st.permutations([(0, "stadium"), (10, "community"), (20, "centre"), (30, "stadium")]))
def test_the_order_in_which_dockings_are_told_does_not_matter(told: list[tuple[int, str]]):
    unit = a_unit()
    for days, site in told:
        unit.dock(site, START + timedelta(days=days))
    seen = [unit.site_on(START + timedelta(days=days)) for days in (0, 9, 10, 19, 20, 29, 30, 60)]
    assert seen == ["stadium"] * 2 + ["community"] * 2 + ["centre"] * 2 + ["stadium"] * 2


def test_a_docking_told_again_is_ignored():
    unit = a_unit()
    assert unit.dock("stadium", START)
    assert not unit.dock("stadium", START)
    assert events(unit) == ["UnitDocked"]


def test_a_docking_taken_back_before_it_begins_leaves_the_old_site():
    unit, later = a_unit(), START + timedelta(days=10)
    unit.dock("stadium", START)
    unit.dock("community", later)
    assert unit.dock("stadium", later)
    assert unit.site_on(later) == "stadium"


def test_officers_are_named_once():
    unit = a_unit()
    named = NOBODY | {"clerk": "v01-clerk"}
    assert unit.name_officers(since=START, **named)
    assert not unit.name_officers(since=START + timedelta(days=1), **named)
    assert (events(unit), unit.officers) == (["UnitOfficersNamed"], named)


def test_a_post_can_be_left_vacant_again():
    unit = a_unit()
    unit.name_officers(since=START, **NOBODY | {"clerk": "v01-clerk"})
    assert unit.name_officers(since=START, **NOBODY)
    assert unit.officers == NOBODY


def test_nobody_named_where_nobody_was_is_no_news():
    unit = a_unit()
    assert not unit.name_officers(since=START, **NOBODY)
    assert events(unit) == []


def test_officers_of_days_that_are_told_cannot_be_rewritten():
    unit = a_unit()
    unit.name_officers(since=START, **NOBODY | {"clerk": "v01-clerk"})
    with pytest.raises(NamedLater) as refused:
        unit.name_officers(since=START - timedelta(days=1), **NOBODY)
    assert (refused.value.code, refused.value.details) == ("named-later", {"named": "2024-03-25"})


def test_an_order_to_move_bookings_is_given_again_only_while_something_stands():
    unit = a_unit()
    assert unit.order_move(booked=3, **ORDER)
    assert not unit.order_move(booked=0, **ORDER)
    assert unit.order_move(booked=1, **ORDER)
    assert events(unit) == ["BookingsMoveOrdered"] * 2
