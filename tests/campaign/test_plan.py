"""The plan's rules as data: intervals, cut-offs, slots, scaling (R01-R05)."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.town.campaign import Campaign, Site, load
from shared.town.campaign.plan import Opening, UnknownProduct, UnknownSite, UnknownUnit

TOWN = load(Path(__file__).parents[2] / "deploy" / "campaigns" / "town-2024.toml")

products = st.sampled_from([product.code for product in TOWN.products])


def campaign_with(**changes: object) -> Campaign:
    return replace(TOWN, **changes)  # type: ignore[arg-type]


def test_the_town_of_the_plan() -> None:
    assert (TOWN.start, TOWN.end) == (date(2024, 3, 25), date(2024, 6, 20))
    assert (TOWN.population, TOWN.head_count_target, TOWN.coverage_target) == (180000, 72000, 0.4)
    assert (TOWN.min_age, TOWN.max_age, TOWN.interval_days) == (18, 59, 14)
    assert [site.code for site in TOWN.sites] == ["community", "township", "stadium"]
    assert {site.daily_floor for site in TOWN.sites} == {600}
    assert len(TOWN.units) == 41


def test_targets_reach_the_head_count_and_are_even_over_the_sites() -> None:
    by_site = {
        site.code: sum(unit.target for unit in TOWN.units if unit.site == site.code)
        for site in TOWN.sites
    }
    assert sum(by_site.values()) == 72000
    assert all(abs(target - 24000) <= 720 for target in by_site.values())


@pytest.mark.parametrize(("product", "days"), [("CoronaVac", 14), ("BIBP", 21), ("WIBP", 21)])
def test_the_interval_is_the_longer_of_plan_and_product(product: str, days: int) -> None:
    assert TOWN.interval(product) == days
    assert campaign_with(interval_days=28).interval(product) == 28


@pytest.mark.parametrize(
    ("product", "last"),
    [("CoronaVac", date(2024, 6, 5)), ("BIBP", date(2024, 5, 30)), ("WIBP", date(2024, 5, 30))],
)
def test_the_cutoff_is_the_plans_or_earlier(product: str, last: date) -> None:
    assert TOWN.cutoff(product) == last


@given(products, st.integers(1, 60), st.integers(0, 60))
def test_a_second_dose_after_the_cutoff_still_falls_before_the_end(
    product: str, interval_days: int, slack: int
) -> None:
    campaign = campaign_with(
        interval_days=interval_days, first_dose_cutoff=TOWN.end - timedelta(days=slack)
    )
    last = campaign.cutoff(product)
    assert last + timedelta(days=campaign.interval(product)) <= campaign.end
    assert last <= campaign.first_dose_cutoff
    later = last + timedelta(days=1)
    assert (
        later > campaign.first_dose_cutoff
        or later + timedelta(days=campaign.interval(product)) > campaign.end
    )


def test_codes_find_their_own() -> None:
    assert [TOWN.site(each.code) for each in TOWN.sites] == list(TOWN.sites)
    assert [TOWN.unit(each.code) for each in TOWN.units] == list(TOWN.units)
    assert [TOWN.product(each.code) for each in TOWN.products] == list(TOWN.products)


def test_an_unknown_code_says_what_is_allowed() -> None:
    with pytest.raises(UnknownSite, match="“airport”的接种点；现有：community、township、stadium"):
        TOWN.site("airport")
    with pytest.raises(UnknownUnit, match="“v99”的单位；现有：v01、v02"):
        TOWN.unit("v99")
    with pytest.raises(UnknownProduct, match="“Sputnik”的疫苗；现有：CoronaVac、BIBP、WIBP"):
        TOWN.cutoff("Sputnik")
    assert issubclass(UnknownSite, LookupError)
    assert issubclass(UnknownUnit, LookupError)
    assert issubclass(UnknownProduct, LookupError)


def test_the_slots_of_a_day() -> None:
    slots = TOWN.site("stadium").slots(30)
    assert len(slots) == 16
    assert (slots[0], slots[7], slots[8], slots[-1]) == (
        time(8, 0),
        time(11, 30),
        time(14, 0),
        time(17, 30),
    )


@given(st.integers(0, 1439), st.integers(1, 1439), st.integers(1, 240))
def test_slots_lie_apart_and_inside_the_hours(opens: int, length: int, minutes: int) -> None:
    closes = min(opens + length, 1439)
    opening = Opening(time(opens // 60, opens % 60), time(closes // 60, closes % 60))
    site = Site("x", "甲", "X", 1, 1, (opening,))
    starts = [slot.hour * 60 + slot.minute for slot in site.slots(minutes)]
    assert len(starts) == (closes - opens) // minutes
    assert all(opens <= start and start + minutes <= closes for start in starts)
    assert all(b - a == minutes for a, b in pairwise(starts))


@given(st.integers(1, 200_000))
def test_scaled_targets_sum_to_the_people_and_stay_in_proportion(people: int) -> None:
    scaled = TOWN.scaled(people)
    assert sum(unit.target for unit in scaled.units) == scaled.head_count_target == people
    for small, full in zip(scaled.units, TOWN.units, strict=True):
        assert abs(small.target - full.target * people / 72000) < 1
    for small, full in zip(scaled.sites, TOWN.sites, strict=True):
        assert 0 <= small.daily_floor - full.daily_floor * people / 72000 < 1
        assert 0 <= small.slot_capacity - full.slot_capacity * people / 72000 < 1
        assert small.slot_capacity >= 1
        assert small.slot_capacity * len(small.slots(30)) >= small.daily_floor


@given(st.integers(1, 200_000))
def test_a_scaled_campaign_still_meets_its_coverage(people: int) -> None:
    scaled = TOWN.scaled(people)
    least = Decimal(str(scaled.coverage_target)) * scaled.population
    assert least <= people <= scaled.population


def test_scaling_to_the_plans_own_size_changes_nothing() -> None:
    assert TOWN.scaled(72000) == TOWN


@pytest.mark.parametrize("people", [0, -1])
def test_nobody_is_no_campaign(people: int) -> None:
    with pytest.raises(ValueError, match="at least 1 person"):
        TOWN.scaled(people)


def test_a_day_is_the_towns_day() -> None:
    assert TOWN.day_of(datetime(2024, 4, 1, 15, 59, 59, tzinfo=UTC)) == date(2024, 4, 1)
    assert TOWN.day_of(datetime(2024, 4, 1, 16, 0, tzinfo=UTC)) == date(2024, 4, 2)
    assert TOWN.day_of(datetime(2024, 4, 2, 0, 0, tzinfo=TOWN.zone)) == date(2024, 4, 2)
    west = timezone(timedelta(hours=-10))
    assert TOWN.day_of(datetime(2024, 4, 1, 6, 0, tzinfo=west)) == date(2024, 4, 2)


def test_an_instant_without_offset_has_no_day() -> None:
    with pytest.raises(ValueError, match="no offset"):
        TOWN.day_of(datetime(2024, 4, 1, 8, 0))
