"""Cells that may be empty refuse nobody: what is not understood is left out, and said (R21)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registration.rosters.reading.roster_cells import Wrong, text_of
from services.registration.rosters.reading.roster_dates import day_of
from services.registration.rosters.reading.roster_lines import Line
from services.registration.rosters.reading.roster_notes import NOTES
from services.registration.rosters.reading.roster_rows import read_row
from shared.town.telephones import phones_among
from tests.support.workbooks import card

DAY = date(1979, 5, 21)
ODD = st.one_of(
    st.text(max_size=40), st.integers(), st.floats(), st.booleans(), st.datetimes(), st.dates()
)


def read(**changes: Any) -> tuple[Line | None, list[Wrong]]:
    more = {name: changes.pop(name) for name in ("tie_said", "date1904") if name in changes}
    values = {"name": "演练甲", "card_number": card(101), "tie": "户籍", **changes}
    return read_row(
        "名册", 2, values, tie=more.get("tie_said"), date1904=more.get("date1904", False)
    )


def line(**changes: Any) -> Line:
    found, wrong = read(**changes)
    assert found is not None, [each.code for each in wrong]
    return found


NOTHING = [
    "无",
    "没有",
    "/",
    "-",
    "--",
    "—",
    "\\",
    "空号",
    "暂无",
    "不详",
    "N/A",
    " ",
    "。",
    "无电话",
]


@pytest.mark.parametrize("written", NOTHING)
@pytest.mark.parametrize("of", ["phone", "email", "address", "cohort", "cadre"])
def test_words_for_nothing_are_an_empty_cell(of: str, written: str):
    said = line(**{of: written})
    assert (said.phone, said.email, said.address, said.cohorts, said.cadre) == (None,) * 5
    assert (said.notes, said.remark) == ((), None)


@pytest.mark.parametrize(
    ("written", "phone", "remark"),
    [
        ("13900000028（儿子）", "13900000028", "13900000028（儿子）"),
        ("儿子：13900000028", "13900000028", "儿子：13900000028"),
        ("13900000028 (son)", "13900000028", "13900000028 (son)"),
        ("13900000028（空号）", "13900000028", "13900000028（空号）"),
        (
            "13900000028本人 13900000029女儿",
            "13900000028、13900000029",
            "13900000028本人 13900000029女儿",
        ),
    ],
)
def test_words_beside_a_number_become_a_remark(written: str, phone: str, remark: str):
    said = line(phone=written)
    assert (said.phone, said.remark, said.notes) == (phone, remark, ("phone_words",))


@pytest.mark.parametrize(
    "between", [" ", "/", "，", "、", ";", "；", "\n", "  ", " / ", "或", "和", "-", " 或 "]
)
def test_two_numbers_are_two_whatever_stands_between_them(between: str):
    said = line(phone=f"13900000025{between}13700000001")
    assert said.phone == "13900000025、13700000001"
    assert (said.notes, said.remark) == (() if between == "、" else ("phone",), None)


@pytest.mark.parametrize(
    ("written", "phones"),
    [
        ("13900000026 0571-88000012", "13900000026、057188000012"),
        ("138 0000 0001 0716 8123456", "13800000001、07168123456"),
        ("0716-8123456转801", "07168123456801"),
        ("13800000001(微信)(0716)8123456", "13800000001、07168123456"),
    ],
)
def test_numbers_of_other_kinds_beside_each_other_are_read(written: str, phones: str):
    assert phones_among(written).kept == phones
    assert phones_among(written).unread == 0


@pytest.mark.parametrize(
    ("written", "phone"),
    [
        ("1390000002", None),
        ("见上", None),
        ("同上", None),
        ("12", None),
        ("1.38E+10", None),
        (138000000012, None),
        ("138OOOOOOO1", None),
        ("13900000028、1390000", "13900000028"),
        ("1390000/13900000028", "13900000028"),
        ("1" * 300, None),
    ],
)
def test_what_is_no_number_is_left_out_and_the_row_is_taken(written: Any, phone: str | None):
    said = line(phone=written)
    assert (said.phone, said.notes, said.remark) == (phone, ("phone_left_out",), None)


def test_a_landline_with_a_digit_too_few_is_kept_and_doubted():
    said = line(phone="0571-8800001")
    assert (said.phone, said.notes) == ("05718800001", ("phone_doubtful", "phone"))
    assert line(phone="0716-8123456-801").notes == ("phone",)


def test_a_mark_in_the_cell_of_telephones_is_read():
    said = line(phone="已故")
    assert (said.phone, said.marks, said.remark) == (None, ("died",), "已故")


@pytest.mark.parametrize(
    ("changes", "note"),
    [
        ({"email": "a@b"}, "email_left_out"),
        ({"email": "见微信"}, "email_left_out"),
        ({"address": "东" * 201}, "address_left_out"),
        ({"cohort": "宇航员"}, "cohort_unread"),
        ({"sex": "x."}, "sex_unread"),
        ({"document_kind": "驾驶证"}, "kind_unread"),
        ({"birth_date": "1979-05"}, "birth_unread"),
    ],
)
def test_each_is_left_out_with_its_own_note(changes: dict[str, str], note: str):
    said = line(**changes)
    assert said.notes == (note,)
    assert (said.email, said.address, said.cohorts) == (None, None, None)
    assert (said.birth_date, said.document.kind) == (DAY, "resident_card")


def test_the_cohorts_that_are_understood_are_kept():
    said = line(cohort="宇航员、党员 教师")
    assert (said.cohorts, said.notes) == (("party_member", "teacher"), ("cohort_unread",))


def test_a_kind_or_sex_that_no_number_tells_is_still_a_fault():
    passport = {"card_number": "E12345678", "birth_date": "1979-05-21", "sex": "女"}
    assert [each.code for each in read(**passport, document_kind="驾驶证")[1]] == ["document_kind"]
    assert [each.code for each in read(**(passport | {"sex": "x."}))[1]] == ["sex"]


@given(st.dictionaries(st.sampled_from(("phone", "email", "address", "cohort", "cadre")), ODD))
def test_no_optional_cell_whatever_it_holds_refuses_a_row(changes: dict[str, Any]):
    found, wrong = read(**changes, remark=next(iter(changes.values()), ""))
    assert found is not None and not wrong
    assert set(found.notes) <= set(NOTES)


# The tie


TIES = {
    "household": "户籍 本村 本村人 本地人 户籍在册 农业户口 非农 城镇户口 户 空挂户 戶籍",
    "home": "常住 暂住 外来 流动 租户 租住 外来人口 流动人口",
    "workplace": "务工 企业职工 上班 打工 就业 外来务工人员 务工、外来",
}


@pytest.mark.parametrize(
    ("written", "tie"), [(each, tie) for tie, words in TIES.items() for each in words.split()]
)
def test_the_words_of_villages_are_ties(written: str, tie: str):
    assert line(tie=written).tie == tie


@pytest.mark.parametrize("written", ["", "无", "1", "在校学生", "亲戚"])
def test_a_tie_that_is_not_said_leaves_a_row_open_and_refuses_it_not(written: str):
    assert read(tie=written) == (None, [])
    said = line(tie=written, tie_said="household")
    assert said.tie == "household"
    assert ("tie_unread" in said.notes) == (written not in ("", "无"))


def test_what_the_row_says_counts_before_what_is_said_of_the_file():
    assert line(tie="租户", tie_said="household").tie == "home"


def test_what_is_wrong_with_a_row_without_a_tie_is_told():
    found, wrong = read(tie="", name="")
    assert found is None
    assert [each.code for each in wrong] == ["name_missing"]


# Dates


@pytest.mark.parametrize("written", [28996 - 1462, "27534", 27534.0])
def test_a_number_in_a_book_of_1904_is_1462_days_later(written: Any):
    assert day_of(written, date1904=True) == (DAY, True)
    assert line(birth_date=written, date1904=True).notes == ("serial_date",)


@pytest.mark.parametrize("written", ["1979-05-21", datetime(1979, 5, 21), "19790521", 19790521])
def test_a_day_that_is_written_out_is_itself_in_a_book_of_1904(written: Any):
    assert day_of(written, date1904=True) == (DAY, False)


@pytest.mark.parametrize("written", [28996 - 1462, date(1975, 5, 20), date(1983, 5, 22)])
def test_a_date_that_is_off_by_the_two_systems_is_that_of_the_card(written: Any):
    said = line(birth_date=written)
    assert said.birth_date == DAY
    assert said.notes[-1] == "date_system"


def test_a_date_that_is_off_by_more_is_a_fault():
    assert [each.code for each in read(birth_date="1975-05-21")[1]] == ["date_disagrees"]


def test_the_date_of_a_passport_counts_from_1904_where_the_book_does():
    passport = {"card_number": "E12345678", "document_kind": "护照", "sex": "女"}
    assert line(**passport, birth_date=27534, date1904=True).birth_date == DAY


# What programs put around a cell


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ('="110000"', "110000"),
        ("'110000", "110000"),
        ("’110000", "110000"),
        ("\t110000\t", "110000"),
        ('"110000"', "110000"),
        ("“演练甲”", "演练甲"),
        ("演练甲”", "演练甲"),
        ("'t Hooft", "'t Hooft"),
        ("O'Brien", "O'Brien"),
        ("=SUM(A1)", "=SUM(A1)"),
    ],
)
def test_quotes_and_tabs_of_exporters_are_no_part_of_a_cell(written: str, text: str):
    assert text_of(written) == text
    numbered = written.replace("110000", card(101)) if text == "110000" else card(101)
    assert line(card_number=numbered).document.number == card(101)
