"""The invented town of a rehearsal and its roster workbooks (R07-R13, R16, R20, R21)."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from stdnum.cn import ric

from deploy.rehearsal import Town, generate_town, write_rosters
from deploy.rehearsal.person import (
    COHORTS,
    CONTRAINDICATIONS,
    DECLINE_REASONS,
    PRIORITY_COHORTS,
)
from deploy.rehearsal.rosters import COHORTS as COHORT_NAMES
from deploy.rehearsal.rosters import HEADERS, SEXES, TIES
from shared.town.campaign import age_on, days_of, load, weeks_between
from shared.town.campaign.plan import UnknownProduct
from shared.town.identity_documents import looks_excel_damaged
from shared.town.identity_documents.reading import read_document
from tests.support.examples import examples

PLAN = load(Path(__file__).parents[2] / "deploy" / "campaigns" / "town-2024.toml")

sizes = st.integers(1, 900)
seeds = st.integers(0, 2**32)


@pytest.fixture(scope="module")
def town() -> Town:
    return generate_town(PLAN, 3000, seed=2024)


@settings(max_examples=examples(25), deadline=None)
@given(sizes, seeds)
def test_the_people_target_is_met_exactly_in_every_unit(people: int, seed: int) -> None:
    town = generate_town(PLAN, people, seed)
    done = Counter(person.unit for person in town.residents if person.completes)
    scaled = PLAN.scaled(people)
    assert {unit.code: done[unit.code] for unit in scaled.units} == {
        unit.code: unit.target for unit in scaled.units
    }
    assert sum(done.values()) == people
    extras = len(town.residents) - people
    assert people * 0.05 <= extras < people * 0.05 + 1


@settings(max_examples=examples(15), deadline=None)
@given(sizes, seeds)
def test_the_same_seed_gives_the_same_town(people: int, seed: int) -> None:
    assert generate_town(PLAN, people, seed) == generate_town(PLAN, people, seed)


def test_another_seed_gives_another_town(town: Town) -> None:
    assert generate_town(PLAN, 3000, seed=2025).residents != town.residents


@settings(max_examples=examples(15), deadline=None)
@given(sizes, seeds)
def test_all_numbers_are_valid_and_unique(people: int, seed: int) -> None:
    residents = generate_town(PLAN, people, seed).residents
    for person in residents:
        assert ric.is_valid(person.card_number)
        card = read_document(person.card_number, "resident_card")
        assert (card.birth_date, card.sex) == (person.birth_date, person.sex)
        assert not looks_excel_damaged(person.card_number)
    assert len({person.card_number for person in residents}) == len(residents)
    assert len({person.phone for person in residents}) == len(residents)


def test_whatever_goes_wrong_leaves_time_for_both_doses() -> None:
    late = 0
    for person in generate_town(PLAN, 72000, seed=2024).residents:
        first = days_of(person.wished_week)[-1]
        first += timedelta(days=3 * person.no_show_first + 7 * person.fever_first)
        second = first + timedelta(days=14)
        second += timedelta(days=3 * person.no_show_second + 7 * person.fever_second)
        assert second <= PLAN.end, person
        late += second > PLAN.end - timedelta(days=7) and person.fever_second
    assert late  # it is close for some


def test_the_towns_own_size_has_unique_numbers_too() -> None:
    town = generate_town(PLAN, 72000, seed=1)
    assert sum(person.completes for person in town.residents) == 72000
    assert len({person.card_number for person in town.residents}) == len(town.residents) == 75600


def test_no_phone_is_anybodys(town: Town) -> None:
    assert all(
        len(person.phone) == 11 and person.phone.isdecimal() and person.phone.startswith("100")
        for person in town.residents
    )


@settings(max_examples=examples(15), deadline=None)
@given(sizes, seeds)
def test_ages_keep_their_bounds_from_the_first_day_to_the_last(people: int, seed: int) -> None:
    for person in generate_town(PLAN, people, seed).residents:
        at_start, at_end = (age_on(person.birth_date, day) for day in (PLAN.start, PLAN.end))
        if person.outcome == "too_young":
            assert at_end < PLAN.min_age
        elif person.outcome == "too_old":
            assert at_start > PLAN.max_age
            assert not person.screened_healthy
        else:
            assert at_start >= PLAN.min_age
            assert at_end <= PLAN.max_age


def test_every_reason_not_to_complete_occurs_in_a_town_of_400() -> None:
    residents = generate_town(PLAN, 400, seed=5).residents
    declines = {person.decline_reason for person in residents if not person.consents}
    found = {person.contraindication for person in residents if person.contraindication}
    assert declines == set(DECLINE_REASONS)
    assert found == set(CONTRAINDICATIONS)
    assert {person.outcome for person in residents} == {
        "completes",
        "declines",
        "contraindicated",
        "too_young",
        "too_old",
    }


def test_traits_and_outcome_agree(town: Town) -> None:
    for person in town.residents:
        assert (person.outcome == "declines") == (not person.consents)
        assert (person.outcome == "contraindicated") == (person.contraindication is not None)
        assert person.screened_healthy or not person.completes
        if person.contraindication == "pregnant":
            assert person.sex == "female"
    for trait in ("no_show_first", "no_show_second", "fever_first", "fever_second"):
        bearers = [person for person in town.residents if getattr(person, trait)]
        assert 0 < len(bearers) < 0.06 * len(town.residents)
        assert all(person.completes for person in bearers)


@pytest.mark.parametrize("product", ["CoronaVac", "BIBP"])
def test_first_doses_are_spread_evenly_and_end_two_weeks_before_the_cutoff(product: str) -> None:
    town = generate_town(PLAN, 3000, seed=8, product=product)
    weeks = weeks_between(PLAN.start, PLAN.cutoff(product) - timedelta(days=14))
    site_of = {unit.code: unit.site for unit in PLAN.units}
    for site in PLAN.sites:
        wished = Counter(
            person.wished_week
            for person in town.residents
            if person.completes and site_of[person.unit] == site.code
        )
        assert sorted(wished) == list(weeks)
        assert max(wished.values()) - min(wished.values()) <= 1


@settings(max_examples=examples(25), deadline=None)
@given(st.integers(0, 80), st.integers(0, 40), seeds)
def test_no_wish_lies_outside_the_time_for_first_doses(late: int, more: int, seed: int) -> None:
    start = PLAN.start + timedelta(days=late)
    campaign = replace(
        PLAN, start=start, end=start + timedelta(days=21 + more), first_dose_cutoff=date.max
    )
    town = generate_town(campaign, 60, seed, product="BIBP")
    for person in town.residents:
        week = days_of(person.wished_week)
        assert week[-1] >= campaign.start
        assert week[0] <= campaign.cutoff("BIBP")


def test_units_too_are_spread_over_the_weeks(town: Town) -> None:
    for unit in PLAN.units:
        wished = Counter(p.wished_week for p in town.of_unit(unit.code) if p.completes)
        assert max(wished.values()) - min(wished.values()) <= 2
        assert len(wished) == 9


def test_cadres_party_members_and_their_like_go_first(town: Town) -> None:
    for unit in PLAN.units:
        roster = [person for person in town.of_unit(unit.code) if person.completes]
        first = [p.wished_week for p in roster if p.cohort in PRIORITY_COHORTS]
        others = [p.wished_week for p in roster if p.cohort not in PRIORITY_COHORTS]
        assert max(first, default="") <= min(others)


def test_sectors_have_their_cohort_and_work_in_town(town: Town) -> None:
    builders = town.of_unit("s03")
    assert sum(p.cohort == "builder" for p in builders) > len(builders) / 2
    assert sum(p.tie == "workplace" for p in builders) > len(builders) / 2
    assert {p.cohort for p in town.residents} == set(COHORTS)
    assert {p.tie for p in town.residents} == {"household", "home", "workplace"}


def test_nobody_has_more_than_a_hundred_to_answer_for() -> None:
    town = generate_town(PLAN, 9000, seed=3)
    assert max(len(town.of_unit(unit.code)) for unit in PLAN.units) > 200
    runs = Counter((person.unit, person.responsible) for person in town.residents)
    assert all(person.responsible for person in town.residents)
    assert max(runs.values()) <= 100


def test_residents_stand_unit_by_unit_in_the_campaigns_order(town: Town) -> None:
    assert list(dict.fromkeys(person.unit for person in town.residents)) == [
        unit.code for unit in PLAN.units
    ]


def test_an_unknown_product_is_refused() -> None:
    with pytest.raises(UnknownProduct):
        generate_town(PLAN, 10, seed=1, product="Sputnik")


@settings(max_examples=examples(5), deadline=None)
@given(st.integers(1, 300), seeds)
def test_rosters_read_back_equal_the_town(
    tmp_path_factory: pytest.TempPathFactory, people: int, seed: int
) -> None:
    town = generate_town(PLAN, people, seed)
    paths = write_rosters(town, PLAN, tmp_path_factory.mktemp("rosters") / "new")
    assert [path.name for path in paths] == [f"{unit.code}.xlsx" for unit in PLAN.units]
    for unit, path in zip(PLAN.units, paths, strict=True):
        sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
        title, headers, *rows = sheet.to_python(skip_empty_area=False)
        assert str(title[0]).startswith("演练数据 GENERATED REHEARSAL DATA")
        assert tuple(headers) == HEADERS
        assert rows == [
            [
                n,
                person.name,
                person.card_number,
                SEXES[person.sex],
                person.phone,
                person.address,
                TIES[person.tie],
                COHORT_NAMES[person.cohort],
                person.responsible,
            ]
            for n, person in enumerate(town.of_unit(unit.code), start=1)
        ]


def test_the_same_town_gives_the_same_bytes(tmp_path: Path) -> None:
    town = generate_town(PLAN, 50, seed=4)
    one, two = (write_rosters(town, PLAN, tmp_path / name) for name in ("one", "two"))
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]


def test_every_cohort_and_tie_has_a_chinese_name() -> None:
    assert set(COHORT_NAMES) == set(COHORTS)
    assert len(set(COHORT_NAMES.values())) == len(COHORTS)
