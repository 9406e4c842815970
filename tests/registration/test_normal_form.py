"""Names and words in one form, whatever signs they were written with."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registration.domain.normal_form import (
    DOTS,
    NOTHING,
    PRIVATE,
    RADICALS,
    SPACES,
    name_form,
    one_form,
    tidied,
    unknown_signs,
)
from services.registration.rosters.reading.headings import code_of, field_of
from services.registration.rosters.reading.roster import read_roster
from services.registration.search.names import name_of
from tests.support.workbooks import person, roster

LETTERS = st.text("演练古丽甲乙李王𬺎𠮷", min_size=1, max_size=4)


@pytest.mark.parametrize("dot", [*DOTS, "．", ".", "。", "｡", " . ", " • ", "··"])
def test_every_dot_within_a_name_is_one(dot: str):
    assert name_form(f"演练古丽{dot}热合曼") == "演练古丽·热合曼"
    assert name_of(f"演练古丽{dot}热合曼").written == "演练古丽热合曼"


@pytest.mark.parametrize("name", ["J. R. Smith", "John Smith Jr."])
def test_the_dot_of_a_name_in_letters_stays(name: str):
    assert name_form(name) == name


@pytest.mark.parametrize("sign", SPACES)
def test_spaces_of_every_width_are_one_or_none(sign: str):
    assert one_form(f"MARY{sign}{sign}SMITH{sign}") == "MARY SMITH"
    assert name_form(f"{sign}演{sign}练{sign}甲") == "演练甲"


@pytest.mark.parametrize("sign", NOTHING[:60])
def test_signs_that_nobody_sees_are_none(sign: str):
    assert name_form(f"{sign}演{sign}练甲{sign}") == "演练甲"
    assert tidied(f"演练路{sign}1号") == "演练路1号"
    assert field_of(f"姓{sign}名{sign}") == "name"
    assert code_of("tie", f"户籍{sign}") == "household"


@given(LETTERS, st.sampled_from((" ", "\u3000", "\u00a0", "\ue5e5", "  ", "\u200b ")))
def test_a_name_spread_to_some_width_is_closed_up(name: str, gap: str):
    assert name_form(gap.join(name)) == name
    assert name_form(name_form(gap.join(name))) == name


def test_rare_letters_lose_the_gap_as_well():
    assert name_form("演 𬺎") == "演𬺎"
    assert name_form("𬺎　练 · 甲") == "𬺎练·甲"


def test_compatibility_letters_and_radicals_are_the_letters_themselves():
    assert name_form("⾺⼩⻰") == "马小龙".replace("马", "馬")
    assert name_form("⻢⼩⻰") == "马小龙"
    assert name_form("\uf9e1\uf900") == unicodedata.normalize("NFKC", "\uf9e1\uf900")
    assert all(len(letter) == 1 and letter >= "\u4e00" for letter in RADICALS.values())


def test_private_signs_of_old_encodings_are_the_letters_they_have_become():
    for trail, letter in zip(
        (each for each in range(0x50, 0xA1) if each != 0x7F), PRIVATE[0xE815], strict=True
    ):
        known = bytes((0xFE, trail)).decode("gb18030")
        if not "\ue000" <= known <= "\uf8ff":
            assert letter == known, hex(trail)
        else:
            assert known == chr(0xE815 + PRIVATE[0xE815].index(letter))
    assert name_form("演\ue863") == "演䶮"
    assert name_form("钱\ue81e") == "钱龴"
    assert not unknown_signs(name_form("演\ue855"))


def test_a_private_sign_nobody_knows_is_a_fault_that_names_it():
    assert unknown_signs("演\ue123\ue123") == ("U+E123",)
    (fault,) = read_roster(roster(person(101, "演\ue123"))).faults
    assert (fault["column"], fault["code"]) == ("姓名", "name_sign")
    assert fault["problem"]["values"] == {"signs": "U+E123"}


def test_the_space_of_gb18030_is_a_space_in_every_cell():
    changed = person(101, "演\ue5e5甲", address="演练路\ue5e51号", tie="户籍\ue5e5")
    (line,) = read_roster(roster(changed)).lines
    assert (line.name, line.address, line.tie) == ("演甲", "演练路 1号", "household")


def test_one_person_with_other_dots_is_one_person_twice():
    rows = [person(101, name) for name in ("演练阿依·古丽", "演练阿依.古丽", "演练阿依 ᛫ 古丽")]
    read = read_roster(roster(*rows))
    assert [line.row for line in read.lines] == [2]
    assert [fault["code"] for fault in read.faults] == ["duplicate", "duplicate"]


@given(st.text(max_size=20))
def test_one_form_is_in_one_form(text: str):
    for form in (one_form, name_form, tidied):
        assert form(form(text)) == form(text)
