"""Who is likely registered twice is recognised, with reasons; twins and households are not."""

from __future__ import annotations

import gc
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.registration.search.blind_index import Seen, Tracer
from services.registration.search.close_matches import close_matches
from services.registration.search.likeness import AGAINST, REASONS, likeness_of
from services.registration.search.names import Name
from services.registration.search.weights import LIKELY
from shared.town.privacy.blind import Blind
from shared.town.terms import GROUPS
from tests.bench.finding import registered
from tests.rosters.duplicates import a_town
from tests.support.part import PartUnderTest
from tests.support.workbooks import card

ANNA = Seen(str(UUID(int=1 << 120)), "张伟丽", card(102), "13800110102", "1979-05-21", "female")


def another(which: int = 2, /, **changes: Any) -> Seen:
    return replace(ANNA, resident=str(UUID(int=which << 120)), **changes)


@pytest.fixture
def town(tmp_path: Path) -> PartUnderTest:
    return PartUnderTest(tmp_path, "registration")


def compared(other: Seen) -> tuple[float, tuple[str, ...]]:
    there = likeness_of(ANNA.parts, other.parts)
    back = likeness_of(other.parts, ANNA.parts)
    assert there == back
    return there.score, there.reasons


SAME = {
    "another document": ({"number": "E12345678"}, {"same_name", "other_document", "same_phone"}),
    "letters": ({"number": "E12345678", "name": "ZHANG Weili"}, {"name_other_script"}),
    "letters, given name first": ({"number": "E12345678", "name": "Weili Zhang"}, {"name_other_script"}),
    "traditional signs": ({"number": "E12345678", "name": "張偉麗"}, {"name_other_script"}),
    "a rare sign written as it sounds": ({"number": "E12345678", "name": "张伟li"}, {"same_pinyin"}),
    "a homophone": ({"number": "E12345678", "name": "张玮莉", "phone": ""}, {"same_pinyin", "same_birth_date"}),
    "a mistyped number": ({"number": "420800197905211026"}, {"similar_number", "same_name"}),
    "a number mistyped among its neighbours": ({"number": card(122)}, {"same_name", "same_phone"}),
    "day and month changed places": ({"number": "E12345678", "birth_date": "1979-12-05"}, set()),
    "one digit of the day": ({"number": "E12345678", "birth_date": "1979-05-31"}, {"similar_birth_date"}),
    "one digit of the phone": ({"number": "E12345678", "phone": "13800110103"}, {"similar_phone"}),
    "no phone": ({"number": "E12345678", "phone": ""}, {"same_name", "same_birth_date"}),
    "the phone with its country": ({"number": "E12345678", "phone": "+86 138 0011 0102"}, {"same_phone"}),
}  # fmt: skip


@pytest.mark.parametrize("what", [what for what in SAME if "places" not in what])
def test_one_person_twice_is_likely(what: str):
    changes, reasons = SAME[what]
    score, said = compared(another(**changes))
    assert score >= LIKELY
    assert reasons <= set(said) <= set(REASONS)


def test_a_day_and_month_that_changed_places_are_alike():
    other = replace(ANNA, birth_date="1979-05-12", resident="2")
    swapped = replace(other, birth_date="1979-12-05", number="E12345678", resident="3")
    found = likeness_of(other.parts, swapped.parts)
    assert found.score >= LIKELY
    assert "similar_birth_date" in found.reasons


OTHERS = {
    "a twin": {"name": "张小芳", "number": card(104)},
    "a twin with the generation's sign": {"name": "张伟芳", "number": card(104)},
    "a twin without a card": {"name": "张小芳", "number": "E12345678"},
    "a daughter": {"name": "张小芳", "number": "E12345678", "birth_date": "2003-02-11"},
    "a namesake": {"number": "110101197911073128", "birth_date": "1979-11-07", "phone": "13900000000"},
    "a husband": {"name": "李国强", "number": card(301), "sex": "male"},
    "the same birth date only": {"name": "李国强", "number": card(301), "phone": "13900000000"},
    "a phone in common only": {"name": "李国强", "number": "E12345678", "birth_date": "1950-01-01"},
}  # fmt: skip


@pytest.mark.parametrize("who", OTHERS)
def test_others_are_not_likely(who: str):
    score, _ = compared(another(**OTHERS[who]))
    assert score < LIKELY


def test_every_reason_has_words():
    assert set(GROUPS["match_reasons"]) == set(REASONS)
    assert set(GROUPS["matched_against"]) == set(AGAINST)


# Among those remembered


def remembered(town: PartUnderTest, *people: Seen) -> None:
    registered(town, people)


def matches(town: PartUnderTest, *people: Seen) -> list[tuple[str, str]]:
    return [(match.resident, match.other) for match in close_matches(town.app, people)]


def test_a_remembered_person_is_recognised(town: PartUnderTest):
    remembered(town, ANNA)
    new = another(number="E12345678", name="ZHANG Weili")
    [match] = close_matches(town.app, [new])
    assert (match.resident, match.other) == (new.resident, ANNA.resident)
    assert match.score >= LIKELY
    assert "name_other_script" in match.reasons


def test_earlier_ones_of_the_same_people_are_recognised_once(town: PartUnderTest):
    one, two = another(2, number="E12345678"), another(3, number="H87654321")
    assert matches(town, one, two) == [(two.resident, one.resident)]
    remembered(town, one, two)
    assert matches(town, one, two) == [(two.resident, one.resident)]


def test_nobody_is_a_close_match_of_themselves(town: PartUnderTest):
    remembered(town, ANNA)
    assert matches(town, ANNA) == []
    assert matches(town, ANNA, ANNA) == []


def test_an_erased_person_is_recognised_no_more(town: PartUnderTest):
    remembered(town, ANNA)
    answer = town.http.post(f"/api/residents/{ANNA.resident}/erase", {"reason": "by_request"})
    assert answer.status_code == 200, answer.text
    assert matches(town, another(number="E12345678")) == []


def test_recognising_is_nobodys_look(town: PartUnderTest):
    remembered(town, ANNA)
    assert matches(town, another(number="E12345678"))
    assert town.events("PersonalDataViewed") == []


def test_people_of_whom_little_is_known_are_compared(town: PartUnderTest):
    remembered(town, ANNA)
    bare = Seen(str(UUID(int=9)), "", "", "", "", "")
    assert matches(town, bare, replace(bare, resident=str(UUID(int=10)))) == []


# On generated people, on a seed no weight was set on


def test_precision_and_recall_on_generated_duplicates(town: PartUnderTest):
    generated = a_town(7_340_033, 2_000)
    remembered(town, *generated.people)
    found = {
        (match.resident, match.other)
        for match in close_matches(town.app, generated.again, at_least=LIKELY)
    }
    right = found & generated.pairs
    assert len(right) / len(found) >= 0.99
    assert len(right) / len(generated.pairs) >= 0.95


def test_nothing_of_a_person_is_kept_when_the_work_is_done():
    tracer = Tracer(Blind(bytes(32)))
    who = replace(ANNA, name="欧阳演练")
    tracer.row(0, who)
    tracer.shared(who)
    assert names_in_memory("欧阳演练") == 1
    del who
    assert names_in_memory("欧阳演练") == 0


def names_in_memory(written: str) -> int:
    gc.collect()
    return sum(type(each) is Name and each.written == written for each in gc.get_objects())
