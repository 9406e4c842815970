"""Resident identity cards as people write them, and as Excel damages them (R08)."""

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.cn import ric

from shared.kit.language import speaking
from shared.town.identity_documents import BadDocument, looks_excel_damaged
from shared.town.identity_documents.reading import read_document

VALID = "42000019900101026X"
"""An invented number: a province's own code, which no card carries."""


@st.composite
def numbers(draw: st.DrawFn) -> str:
    division = draw(st.sampled_from(["420000", "110100", "350211", "820000", "830000"]))
    born = draw(st.dates(date(1920, 1, 1), date(2024, 12, 31)))
    order = draw(st.integers(0, 999))
    stem = f"{division}{born:%Y%m%d}{order:03d}"
    return stem + ric.calc_check_digit(stem + "0")


def code_of(text: str) -> str:
    with pytest.raises(BadDocument) as refusal:
        read_document(text, "resident_card")
    return refusal.value.code


@given(numbers())
def test_a_valid_number_gives_birth_date_and_sex(number: str) -> None:
    card = read_document(number, "resident_card")
    assert card.number == number
    assert f"{card.birth_date:%Y%m%d}" == number[6:14]
    assert card.sex == ("female" if number[16] in "02468" else "male")


@given(numbers(), st.integers(0, 16), st.integers(1, 9))
def test_one_mistyped_digit_is_always_found(number: str, at: int, shift: int) -> None:
    wrong = number[:at] + str((int(number[at]) + shift) % 10) + number[at + 1 :]
    assert code_of(wrong) in {"checksum", "excel_damage"}


@given(numbers(), st.integers(0, 15))
def test_two_digits_that_changed_places_are_always_found(number: str, at: int) -> None:
    assume(number[at] != number[at + 1])
    wrong = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    assert code_of(wrong) in {"checksum", "excel_damage"}


@pytest.mark.parametrize(
    "written",
    [
        VALID.lower(),
        f" {VALID}\n",
        f"'{VALID}",
        f"\u3000{VALID}\u00a0",
        "420000 19900101 026X",
        "420000-19900101-026X",
        "\ufeff" + VALID + "\u200b",
        "".join(chr(ord(sign) + 0xFEE0) for sign in VALID),
    ],
)
def test_the_ways_people_write_a_number_are_put_right(written: str) -> None:
    assert read_document(written, "resident_card").number == VALID


def test_a_county_younger_than_its_residents_is_accepted() -> None:
    """350211 became Jimei district in 1987; people born there before carry its code."""
    number = "35021119700101" + "100"
    number += ric.calc_check_digit(number + "0")
    assert not ric.is_valid(number)
    assert read_document(number, "resident_card").birth_date == date(1970, 1, 1)


@pytest.mark.parametrize(
    "damaged",
    [
        "4.20111E+17",
        "4.20111e17",
        "4.20000199001011e+17",
        "4E+17",
        "420000199001012000",
        "420000199001012000.0",
        str(int(float("420000199001012000"))),
        str(float("420000199001011234")),
        "４.２０１１１Ｅ＋１７",
    ],
)
def test_what_excel_damaged_is_explained(damaged: str) -> None:
    assert looks_excel_damaged(damaged)
    assert code_of(damaged) == "excel_damage"


@given(numbers())
def test_every_number_that_went_through_excel_looks_damaged(number: str) -> None:
    kept = number[:15] + "000"
    assert looks_excel_damaged(kept)
    assert looks_excel_damaged(str(float(kept)))
    assert looks_excel_damaged(str(int(float(kept))))
    assert code_of(str(float(kept))) == "excel_damage"


def test_a_valid_number_that_ends_in_zeros_is_accepted_but_looks_damaged() -> None:
    assert read_document("420000199001011000", "resident_card").sex == "female"
    assert looks_excel_damaged("420000199001011000")
    assert not looks_excel_damaged(VALID)


def _with_check(stem: str) -> str:
    return stem + ric.calc_check_digit(stem + "0")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "missing"),
        (" \u3000\t", "missing"),
        (VALID[:-1], "length"),
        (VALID[:-1] + "12", "length"),
        ("1" * 100_000, "length"),
        ("4200001990****120X", "characters"),
        ("42000019900101120Y", "characters"),
        ("4200001990010112X0", "characters"),
        ("无", "characters"),
        ("٤٢٠٠٠٠١٩٩٠٠١٠١١٢٠X", "characters"),
        (_with_check("42000019901301120"), "birth_date"),
        (_with_check("42000019900229120"), "birth_date"),
        (_with_check("42000000000101120"), "birth_date"),
        (_with_check("99000019900101120"), "division"),
        (_with_check("00000019900101120"), "division"),
        ("420000199001011201", "checksum"),
    ],
)
def test_a_bad_number_says_what_is_wrong(text: str, code: str) -> None:
    assert code_of(text) == code


@given(st.text(max_size=30) | st.text(alphabet="0123456789Xx.E+", max_size=22))
def test_any_text_is_read_or_explained_in_both_languages(text: str) -> None:
    try:
        card = read_document(text, "resident_card")
    except BadDocument as refusal:
        assert refusal.zh.endswith("。")
        assert refusal.en.endswith(".")
        assert str(refusal) == refusal.zh
        with speaking("en"):
            assert str(refusal) == refusal.en
    else:
        assert len(card.number) == 18


@given(numbers(), st.integers(0, 16))
def test_no_message_repeats_the_number(number: str, at: int) -> None:
    wrong = number[:at] + "*" + number[at + 1 :]
    with pytest.raises(BadDocument) as refusal:
        read_document(wrong, "resident_card")
    assert number[:6] not in str(refusal.value)
    assert number[6:14] not in str(refusal.value)
