"""Likely duplicates do not drown: cousins, twins, namesakes and shared telephones stay below."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.registration.search.blind_index import Seen
from services.registration.search.close_matches import close_matches
from services.registration.search.weights import LIKELY, POSSIBLE
from tests.bench.finding import registered
from tests.rosters.alike import KINDS, planted
from tests.rosters.latin import a_latin_town
from tests.support.part import PartUnderTest
from tests.support.workbooks import card


@pytest.fixture
def town(tmp_path: Path) -> PartUnderTest:
    return PartUnderTest(tmp_path, "registration")


def standing(town: PartUnderTest, people: list[Seen]) -> set[str]:
    """Who is in a pair that somebody would be shown."""
    return {
        resident
        for match in close_matches(town.app, people)
        for resident in (match.resident, match.other)
    }


def somebody(which: int, /, **known: Any) -> Seen:
    usual = {
        "name": "演伟丽",
        "number": f"E{which * 7919 % 10**8:08d}",
        "phone": f"100{which * 104_729 % 10**8:08d}",
        "birth_date": "1979-05-21",
        "sex": "female",
    }
    return Seen(str(UUID(int=which << 120)), **usual | known)


@pytest.mark.parametrize("seed", [11, 12])
def test_at_most_one_in_twenty_of_planted_lookalikes_stands(town: PartUnderTest, seed: int):
    people = planted(seed, 200)
    assert len(standing(town, people)) <= 0.05 * len(people)


@pytest.mark.parametrize("kind", KINDS)
def test_of_no_kind_more_than_one_in_twenty_stands(town: PartUnderTest, kind: str):
    people = planted(13, 200, [kind])
    assert len(standing(town, people)) <= 0.05 * len(people)


def test_those_who_are_remembered_already_do_not_stand_either(town: PartUnderTest):
    people = planted(14, 100)
    registered(town, people[:50])
    assert len(standing(town, people[50:])) <= 0.05 * len(people)


# A telephone of many

ONE, OTHER = (
    somebody(1, name="演伟丽", birth_date="1979-05-21", phone="10012345678"),
    somebody(2, name="演玮莉", birth_date="1979-05-12", phone="10012345678"),
)
LANDLINE = [
    somebody(10 + at, name=name, phone="10012345678", birth_date=f"19{60 + at}-02-03")
    for at, name in enumerate(("赵一凡", "钱丽华", "孙建国"))
]


def test_a_telephone_of_three_people_says_something(town: PartUnderTest):
    [match] = close_matches(town.app, [ONE, OTHER, LANDLINE[0]])
    assert "same_phone" in match.reasons
    assert match.against == ()


@pytest.mark.parametrize("remembered", [0, 2, 3])
def test_a_telephone_of_more_than_three_says_nothing(town: PartUnderTest, remembered: int):
    """Whether the others stand in the same file or are remembered, or some here and some there."""
    registered(town, LANDLINE[:remembered])
    with_phone, *_ = close_matches(town.app, [ONE, OTHER], at_least=0)
    [match] = [
        match
        for match in close_matches(town.app, [ONE, OTHER, *LANDLINE[remembered:]], at_least=0)
        if {match.resident, match.other} == {ONE.resident, OTHER.resident}
    ]
    assert "same_phone" not in match.reasons
    assert match.against == ("shared_phone",)
    if remembered < 2:
        assert match.score < with_phone.score


def test_ten_cousins_on_one_landline_are_no_pair(town: PartUnderTest):
    names = ("一", "七", "大", "小", "春", "秋", "东", "西", "金", "木")
    cousins = [
        somebody(
            at + 1,
            name=f"演练{sign}",
            phone="02700000000",
            birth_date=f"1990-01-{at + 1:02d}",
            number=f"E{10_000_000 + at:08d}",
        )
        for at, sign in enumerate(names)
    ]
    assert close_matches(town.app, cousins) == []
    carded = [
        Seen(each.resident, each.name, card(100 + 2 * at, "199001" + each.birth_date[8:]),
             each.phone, each.birth_date, each.sex)
        for at, each in enumerate(cousins)
    ]  # fmt: skip
    assert close_matches(town.app, carded) == []


def test_linked_records_hold_a_telephone_once(town: PartUnderTest):
    registered(town, LANDLINE[:2])
    for yields in LANDLINE[1:2]:
        url = f"/api/matches/{yields.resident}/{LANDLINE[0].resident}/same"
        answer = town.http.post(url, {"stays": LANDLINE[0].resident})
        assert answer.status_code == 200, answer.text
    [match] = close_matches(town.app, [ONE, OTHER])
    assert "same_phone" in match.reasons


# Two valid cards


def cards(one: int, two: int, **known: Any) -> list[Seen]:
    return [somebody(1, number=card(one), **known), somebody(2, number=card(two), **known)]


def test_namesakes_of_one_birth_date_with_two_cards_are_two_people(town: PartUnderTest):
    for other in (104, 110, 120, 180, 317):
        [match] = close_matches(town.app, cards(102, other), at_least=0)
        assert match.score < POSSIBLE
        assert match.against == ("different_cards",)


def test_one_telephone_makes_them_one_person_perhaps(town: PartUnderTest):
    [match] = close_matches(town.app, cards(102, 122, phone="10012345678"))
    assert match.score >= LIKELY
    assert match.against == ("different_cards",)


def test_twins_are_two_people_whatever_their_documents(town: PartUnderTest):
    one = somebody(1, name="演伟丽", number=card(102), phone="10012345678")
    for number in (card(104), card(122), "E12345678"):
        for name in ("演伟芳", "演小芳", "演强"):
            two = somebody(2, name=name, number=number, phone="10012345678")
            assert close_matches(town.app, [one, two]) == []


# Names in letters


@pytest.mark.parametrize("seed", [21, 22])
def test_names_in_letters_are_compared_by_letters(town: PartUnderTest, seed: int):
    latin = a_latin_town(seed, 1_000)
    registered(town, latin.people)
    found = {
        (match.resident, match.other)
        for match in close_matches(town.app, latin.again, at_least=LIKELY)
    }
    right = found & latin.pairs
    assert len(right) / len(found) >= 0.95
    assert len(right) / len(latin.pairs) >= 0.8


LETTERS = {
    "a letter mistyped": ("Margaret Thompson", "Margarat Thompson"),
    "one left out": ("Margaret Thompson", "Margaret Tompson"),
    "the other way round": ("Margaret Thompson", "THOMPSON Margaret"),
    "the other way round and mistyped": ("Margaret Thompson", "Thomson Margaret"),
    "a middle name": ("Margaret Thompson", "Margaret Ruth Thompson"),
    "cut short": ("Alexander Ivanov", "Alex Ivanov"),
    "an initial": ("Alexander Ivanov", "A. Ivanov"),
    "parted otherwise": ("Anne-Marie Dubois", "Annemarie Dubois"),
    "an accent": ("Hélène Lefèvre", "Helene Lefevre"),
}


@pytest.mark.parametrize("how", LETTERS)
@pytest.mark.parametrize("remembered", [True, False])
def test_a_name_in_letters_with_a_slip_is_recognised(
    town: PartUnderTest, how: str, remembered: bool
):
    one, two = (somebody(1 + at, name=name) for at, name in enumerate(LETTERS[how]))
    two = replace(two, phone="")
    if remembered:
        registered(town, [one])
    matches = close_matches(town.app, [two] if remembered else [one, two], at_least=0.45)
    assert [{match.resident, match.other} for match in matches] == [{one.resident, two.resident}]


def test_brothers_with_names_in_letters_are_two_people(town: PartUnderTest):
    one = somebody(1, name="Nurlan Akhmetov", phone="10012345678")
    two = somebody(2, name="Askar Akhmetov", phone="10012345678")
    assert close_matches(town.app, [one, two]) == []
