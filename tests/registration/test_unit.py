"""A unit: listed once, docked to a site, given a target, its rosters recorded."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registration.domain.campaign import Campaign
from services.registration.domain.refusals import BadTarget
from services.registration.domain.unit import Unit

START = date(2024, 3, 25)
COUNTS = {"new": 3, "corrected": 0, "unchanged": 1, "close": 1, "errors": 2, "asked": 1}


def a_unit() -> Unit:
    return Unit(unit="v01", kind="village", name_zh="东河村", name_en="Donghe Village")


def events(aggregate: Unit) -> list[str]:
    return [type(each).__name__ for each in aggregate.pending_events]


def test_a_unit_is_one_stream_a_code():
    assert a_unit().id == Unit.create_id("v01") == a_unit().id
    assert events(a_unit()) == ["UnitListed"]


def test_docking_is_recorded_with_its_first_day():
    unit = a_unit()
    unit.dock("stadium", START)
    assert unit.dockings == {START: "stadium"}


def test_the_same_docking_again_is_ignored():
    unit = a_unit()
    unit.dock("stadium", START)
    unit.dock("stadium", START)
    assert events(unit) == ["UnitListed", "UnitDocked"]
    assert unit.dockings == {START: "stadium"}


def test_docking_to_another_site_is_a_new_fact():
    unit = a_unit()
    unit.dock("stadium", START)
    unit.dock("community", date(2024, 4, 1))
    assert unit.site_on(date(2024, 3, 31)) == "stadium"
    assert unit.site_on(date(2024, 4, 1)) == "community"


@given(st.lists(st.integers(0, 3), max_size=10))
def test_only_a_changed_target_is_told(targets: list[int]):
    unit = a_unit()
    for target in targets:
        unit.set_target(target)
    changes = [t for n, t in enumerate(targets) if n == 0 or t != targets[n - 1]]
    assert events(unit) == ["UnitListed"] + ["TargetSet"] * len(changes)


def test_a_negative_target_is_refused():
    unit = a_unit()
    with pytest.raises(BadTarget):
        unit.set_target(-1)
    assert events(unit) == ["UnitListed"]


def test_an_import_is_recorded_with_every_row_in_one_count():
    unit = a_unit()
    unit.record_import(file_sha256="a", **COUNTS)
    told: Any = unit.pending_events[-1]
    assert told.rows == 8


def test_the_same_file_changing_nothing_is_not_told_twice():
    unit = a_unit()
    unit.record_import(file_sha256="a", **COUNTS)
    unit.record_import(file_sha256="a", new=0, corrected=0, unchanged=4, close=0, errors=2, asked=0)
    assert events(unit) == ["UnitListed", "RosterImported"]


def test_another_file_is_told_even_if_it_changes_nothing():
    unit = a_unit()
    unit.record_import(file_sha256="a", **COUNTS)
    unit.record_import(file_sha256="b", new=0, corrected=0, unchanged=4, close=0, errors=2, asked=0)
    assert events(unit) == ["UnitListed", "RosterImported", "RosterImported"]


def test_the_campaign_is_one_stream():
    campaign = Campaign(
        name_zh="接种",
        name_en="Vaccination",
        start=START,
        end=date(2024, 6, 20),
        first_dose_cutoff=date(2024, 6, 5),
        population=10,
        head_count_target=4,
        coverage_target=0.4,
    )
    assert campaign.id == Campaign.create_id()
    assert [type(each).__name__ for each in campaign.pending_events] == ["CampaignOpened"]
