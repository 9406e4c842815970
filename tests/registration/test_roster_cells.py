"""Cells of a roster as people write them: dates, telephones, names, cohorts, other documents (R21)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registration.rosters.reading.roster import read_roster
from services.registration.rosters.reading.roster_dates import NoDate, day_of
from services.registration.rosters.reading.roster_heading import NoRoster
from services.registration.rosters.reading.roster_lines import Fault, Line
from services.registration.rosters.reading.roster_notes import NOTES, note_of
from shared.town.telephones import NoPhone, phones_of
from tests.support.workbooks import card, person, roster, workbook

DAY = date(1979, 5, 21)
HEADING = ["姓名", "证件类型", "证件号码", "性别", "出生日期", "邮箱", "类别", "人群", "包保责任人"]


def row(**changes: Any) -> list[Any]:
    values = {
        "name": "演练甲",
        "kind": "护照",
        "number": "E12345678",
        "sex": "女",
        "born": "1979-05-21",
        "email": "a@example.com",
        "tie": "居住",
        "cohort": "党员、教师",
        "cadre": "cadre-01",
    }
    return list((values | changes).values())


def line(**changes: Any) -> Line:
    read = read_roster(workbook([HEADING, row(**changes)]))
    assert not read.faults, read.faults
    return read.lines[0]


def fault(**changes: Any) -> Fault:
    (found,) = read_roster(workbook([HEADING, row(**changes)])).faults
    assert not found["also"]
    return found


def test_a_passport_takes_birth_date_and_sex_from_their_columns():
    read = line()
    assert (read.document.kind, read.document.number) == ("passport", "E12345678")
    assert (read.birth_date, read.sex, read.email) == (DAY, "female", "a@example.com")
    assert (read.cohorts, read.cohort, read.cadre) == (
        ("party_member", "teacher"),
        "party_member",
        "cadre-01",
    )
    assert read.notes == ()


@pytest.mark.parametrize(
    ("changes", "column", "code"),
    [
        ({"sex": ""}, "性别", "sex_missing"),
        ({"born": ""}, "出生日期", "date_missing"),
        ({"born": "03/04/1980"}, "出生日期", "date"),
        ({"kind": "驾驶证"}, "证件类型", "document_kind"),
        ({"kind": "", "number": "01234567"}, "证件号码", "unknown_kind"),
        ({"kind": "永居证", "number": "KAZ110090123105"}, "出生日期", "date_disagrees"),
    ],
)
def test_what_is_wrong_is_told_by_its_column(
    changes: dict[str, Any], column: str, code: str | None
):
    if code is None:
        assert line(**changes).document.number == "012345"
        return
    assert (fault(**changes)["column"], fault(**changes)["code"]) == (column, code)


def test_digits_alone_are_a_passport_where_it_is_said():
    assert line(number="012345").document.number == "012345"


def test_a_passport_in_a_list_without_the_columns_says_which_are_needed():
    content = workbook([["姓名", "证件号码", "类别"], ["演练甲", "E12345678", "居住"]])
    (found,) = read_roster(content).faults
    assert {found["code"], *(more["code"] for more in found["also"])} == {
        "date_missing",
        "sex_missing",
    }
    assert {found["column"], *(more["column"] for more in found["also"])} == {"出生日期", "性别"}


@pytest.mark.parametrize(
    ("changes", "note"),
    [
        ({"number": "ｅ12345678"}, "written"),
        ({"kind": "回乡证", "number": "H1234567800"}, "renewals"),
        ({"born": 28996}, "serial_date"),
        ({"cadre": "赵六"}, "cadre"),
        ({"kind": "", "number": card(102), "born": "不详"}, "birth_unread"),
        ({"kind": "", "number": card(101)[:6] + card(101)[8:17], "sex": "男"}, "old_number"),
        ({"kind": "居住证", "number": card(102)}, "other_kind"),
    ],
)
def test_what_was_put_right_is_said_without_names_and_numbers(changes: dict[str, Any], note: str):
    (code,) = line(**changes).notes
    assert code == note
    assert "演练" not in note_of(code)


def test_every_note_is_in_both_languages():
    for note in NOTES.values():
        assert note.zh.endswith("。")
        assert note.en.endswith(".")
        assert note.en[0].isupper()


def test_a_birth_date_in_the_future_is_a_fault():
    content = workbook([HEADING, row(born="2091-01-01")])
    assert not read_roster(content).faults
    (found,) = read_roster(content, today=date(2024, 4, 1)).faults
    assert (found["column"], found["code"]) == ("出生日期", "date_future")


def test_the_caller_hears_of_the_progress_and_may_end_the_reading():
    content = roster(*(person(100 + n, card=card(100 + n)) for n in range(450)))
    heard: list[tuple[int, int]] = []
    read_roster(content, lambda rows, of: heard.append((rows, of)))
    assert heard == [(100, 451), (200, 451), (300, 451), (400, 451)]

    class Cancelled(Exception):
        pass

    def cancel(rows: int, of: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        read_roster(content, cancel)


def test_totals_and_remarks_are_accounted_for_and_nobody():
    rows = [person(101), ["合计", "", "2人"], ["填表人：某"], ["", "", "", "", "", ""]]
    read = read_roster(roster(*rows, title=True))
    (account,) = read.accounts
    assert not read.faults
    assert (account["people"], account["heading"], account["remarks"]) == (1, 2, [4, 5])
    assert (account["empty"], account["rows"]) == (1, 6)


def test_a_person_without_a_number_is_a_fault_and_no_remark():
    (found,) = read_roster(roster(person(101), person(102, card=""))).faults
    assert (found["row"], found["code"]) == (3, "missing")


def test_a_sheet_with_half_a_heading_is_refused_and_statistics_are_not():
    half = [["姓名", "住址"], ["演练", "东河村1号"]]
    with pytest.raises(NoRoster, match="证件号码"):
        read_roster(workbook(half))


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("演　练", "演练"),
        (" 演 练 甲 ", "演练甲"),
        ("阿依古丽•买买提", "阿依古丽·买买提"),
        ("JOHN  SMITH", "JOHN SMITH"),
        ("ＪＯＨＮ　ＳＭＩＴＨ", "JOHN SMITH"),
    ],
)
def test_names_that_were_spread_out_are_closed_up(written: str, name: str):
    assert line(name=written).name == name


WRITTEN = [
    "1979-05-21",
    "1979/5/21",
    "1979.05.21",
    "1979年5月21日",
    "１９７９年５月２１日",
    "1979 5 21",
    "19790521",
    19790521,
    "1979-05-21 00:00:00",
    "1979-05-21T00:00",
    "21/05/1979",
    "05/21/1979",
    "21.5.1979",
    "21 May 1979",
    "May 21, 1979",
    "21-MAY-1979",
    " '1979-5-21",
    DAY,
    datetime(1979, 5, 21, 8),
    28996,
    28996.0,
    "28996",
]


@pytest.mark.parametrize("written", WRITTEN)
def test_a_day_is_read_however_it_is_written(written: Any):
    assert day_of(written)[0] == DAY
    assert day_of(written)[1] == (str(written).startswith("28996"))


@pytest.mark.parametrize(
    "written", ["1979-05", "79-5-21", "03/04/1980", "1979-02-30", "不详", "0", 5, True, 1e12, "May"]
)
def test_what_is_no_day_or_two_is_refused(written: Any):
    with pytest.raises(NoDate):
        day_of(written)


@given(st.dates(date(1901, 1, 1), date(2099, 12, 31)))
def test_every_day_is_read_from_its_number_in_excel(day: date):
    assert day_of((day - date(1899, 12, 30)).days) == (day, True)


@given(st.from_regex(r"1[0-9]{10}", fullmatch=True), st.sampled_from((" ", "-", ".", "")))
def test_a_mobile_number_is_the_same_with_separators(phone: str, sign: str):
    written = sign.join((phone[:3], phone[3:7], phone[7:]))
    assert phones_of(written) == phone
    assert phones_of(f"+86 {written}") == phone
    assert phones_of(f"(86){written}") == phone
    assert phones_of(f"{phone}/1{phone[:0:-1]}").startswith(phone)


@pytest.mark.parametrize(
    ("written", "phones"),
    [
        ("", ""),
        ("0716-8123456", "07168123456"),
        ("(0716)8123456", "07168123456"),
        ("+86 716 8123456", "07168123456"),
        ("716 8123456", "07168123456"),
        ("8123456", "8123456"),
        ("400-123-4567", "4001234567"),
        ("0086 138 0000 0001", "13800000001"),
        ("17951-13800000001", "13800000001"),
        ("+86 10000000001", "10000000001"),
        ("13800000001、13800000002", "13800000001、13800000002"),
        ("13800000001 13800000002", "13800000001、13800000002"),
        ("13800000001/13800000001", "13800000001"),
        ("13800000001.0", "13800000001"),
        ("+7 701 123 4567", "+77011234567"),
        ("+1 650 253 0000", "+16502530000"),
        ("+852 9123 4567", "+85291234567"),
        ("00852 91234567", "+85291234567"),
        ("0716-81234567", "071681234567"),
        ("0716-8123456-801", "07168123456801"),
        ("（0716）8123456－801", "07168123456801"),
        ("400-123-4567-801", "4001234567801"),
        ("021-12345678", "02112345678"),
        ("138--0000--0001", "13800000001"),
        ("13800000001；0716-8123456", "13800000001、07168123456"),
    ],
)
def test_telephones_are_read(written: str, phones: str):
    assert phones_of(written) == phones
    assert phones_of(phones) == phones, "what is kept is read as itself"


NO_TELEPHONES = """
无 12 1380000000 138000000012 1.38E+10 ----- 13800 138 138/0000/0001 13800,00001
1380000 10086 95588 12345 661234 0716 0716-123 0716-81234 238000000001 62345678901 00000000000
00000 1234567 0123456 +13800 0013800 +8613800 +86-12345 +999-12345678 13800abcdef 138OOOOOOO1
13800000001、13800
"""


@pytest.mark.parametrize("written", [*NO_TELEPHONES.split(), "+86 1380000000", "138 00"])
def test_what_is_no_telephone_is_refused(written: str):
    with pytest.raises(NoPhone):
        phones_of(written)
