"""Columns that say one thing twice, days from 1904, and files made to be hostile in their merged cells (R21)."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
import xlwt
from xlsxwriter import Workbook

from services.registration.rosters.reading.roster import read_roster
from services.registration.rosters.reading.roster_heading import NoRoster
from services.registration.rosters.reading.roster_lines import told
from services.registration.rosters.reading.roster_mended import mended_workbook
from services.registration.rosters.reading.unreadable import TooLarge
from services.registration.rosters.reading.workbook import MOST_MERGED
from tests.support.workbooks import card, name_of, workbook

MOBILE, OTHER, LANDLINE = "13800000101", "13900000102", "07168123456"


def phones(titles: list[str], *rows: list[str]) -> bytes:
    head = ["姓名", "身份证号", "类别", *titles]
    people = [[name_of(101 + n), card(101 + n), "户籍", *row] for n, row in enumerate(rows)]
    return workbook([head, *people])


@pytest.mark.parametrize("titles", [["手机号", "联系电话"], ["移动电话", "电话"]])
def test_two_columns_of_telephones_are_kept_the_mobile_first(titles: list[str]):
    for reverse in (False, True):
        order = -1 if reverse else 1
        row = [MOBILE, OTHER][::order]
        (line,) = read_roster(phones(titles[::order], row)).lines
        assert line.phone == f"{MOBILE}、{OTHER}"
        assert "phones_joined" in line.notes


def test_the_column_that_alone_holds_mobiles_comes_first():
    (line, other) = read_roster(phones(["电话1", "电话2"], [LANDLINE, MOBILE], ["", OTHER])).lines
    assert line.phone == f"{MOBILE}、{LANDLINE}"
    assert other.phone == OTHER and "phones_joined" not in other.notes


def test_which_column_is_the_mobile_is_asked_where_nothing_tells():
    content = phones(["电话1", "电话2"], [MOBILE, OTHER], [OTHER, ""], [MOBILE, MOBILE])
    read = read_roster(content)
    assert read.asks == [{"ask": "mobile", "rows": 1, "choices": ["电话1", "电话2"]}]
    assert [line.row for line in read.lines] == [3, 4]
    for title, phone in (("电话1", f"{MOBILE}、{OTHER}"), ("电话2", f"{OTHER}、{MOBILE}")):
        read = read_roster(content, said={"mobile": title})
        assert not read.asks
        assert read.lines[0].phone == phone


def test_an_answer_for_other_columns_is_not_asked_again_and_noted():
    content = phones(["电话1", "电话2"], [MOBILE, OTHER])
    read = read_roster(content, said={"mobile": "手机"})
    assert not read.asks
    assert read.lines[0].phone == f"{MOBILE}、{OTHER}"
    assert "phone_order" in read.lines[0].notes


def test_columns_with_one_title_are_told_apart_by_their_letters():
    (ask,) = read_roster(phones(["电话", "电话"], [MOBILE, OTHER])).asks
    assert ask["choices"] == ["电话（D）", "电话（E）"]


def test_of_two_addresses_the_first_that_says_something_counts():
    head = ["姓名", "身份证号", "类别", "住址", "户籍地址"]
    rows = [[name_of(n), card(n), "户籍"] for n in (101, 102, 103)]
    addresses = [["东河村1号", "西村2号"], ["", "西村2号"], ["东河村1号", "东河村1号"]]
    both = [[*row, *more] for row, more in zip(rows, addresses, strict=True)]
    lines = read_roster(workbook([head, *both])).lines
    assert [line.address for line in lines] == ["东河村1号", "西村2号", "东河村1号"]
    assert ["two_columns" in line.notes for line in lines] == [True, False, False]


def test_the_name_or_number_of_somebody_else_never_stands_in():
    head = ["姓名", "身份证号", "类别", "监护人", "身份证号"]
    read = read_roster(workbook([head, [name_of(101), "", "户籍", "演练甲", card(102)]]))
    assert [fault["code"] for fault in read.faults] == ["missing"]
    assert {"sheet": "名册", "column": "身份证号"} in read.ignored


def test_a_passport_may_have_a_column_beside_the_card():
    head = ["姓名", "身份证号", "护照号", "性别", "出生日期", "类别"]
    rows = [
        [name_of(101), card(101), "", "", "", "户籍"],
        ["ANNA YANLIAN", "", "E12345678", "女", "1980-05-21", "工作"],
    ]
    read = read_roster(workbook([head, *rows]))
    assert [line.document.kind for line in read.lines] == ["resident_card", "passport"]


def test_people_without_a_tie_are_asked_about_and_taken_as_it_is_said():
    head = ["姓名", "身份证号"]
    content = workbook([head, [name_of(101), card(101)], [name_of(102), "1"], ["", ""]])
    read = read_roster(content)
    assert read.asks == [{"ask": "tie", "rows": 1, "choices": []}]
    assert not read.lines and [fault["row"] for fault in read.faults] == [3]
    (line,) = read_roster(content, said={"tie": "home"}).lines
    assert (line.tie, "tie_said" in line.notes) == ("home", True)


def test_a_tie_that_the_row_says_is_not_that_of_the_file():
    head = ["姓名", "身份证号", "类别"]
    rows = [[name_of(101), card(101), "工作"], [name_of(102), card(102), ""]]
    lines = read_roster(workbook([head, *rows]), said={"tie": "home"}).lines
    assert [(line.tie, "tie_said" in line.notes) for line in lines] == [
        ("workplace", False),
        ("home", True),
    ]


def test_a_name_alone_is_no_heading():
    with pytest.raises(NoRoster, match="证件号码"):
        read_roster(workbook([["姓名", "类别"], ["演练甲", "户籍"]]))


BORN = date(1980, 5, 21)
SERIAL = (BORN - date(1904, 1, 1)).days
ROWS: list[list[Any]] = [
    ["姓名", "证件号码", "证件类型", "出生日期", "性别", "类别"],
    ["ANNA YANLIAN", "E12345678", "护照", SERIAL, "女", "工作"],
    ["ANNE YANLIAN", "E12345679", "护照", BORN, "女", "工作"],
    ["ANNI YANLIAN", "1", "护照", SERIAL, "女", "工作"],
]


def xlsx_of_1904() -> bytes:
    file = io.BytesIO()
    with Workbook(file, {"in_memory": True, "date_1904": True}) as book:
        sheet = book.add_worksheet("S")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for row, cells in enumerate(ROWS):
            for column, cell in enumerate(cells):
                sheet.write(row, column, cell, day if isinstance(cell, date) else None)
    return file.getvalue()


def xls_of_1904() -> bytes:
    book = xlwt.Workbook()
    book.dates_1904 = True
    sheet = book.add_sheet("S")
    day = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for row, cells in enumerate(ROWS):
        for column, cell in enumerate(cells):
            sheet.write(
                row, column, cell, day if isinstance(cell, date) else xlwt.Style.default_style
            )
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize("make", [xlsx_of_1904, xls_of_1904])
def test_days_are_those_of_a_book_that_counts_from_1904_also_when_it_was_mended(make: Any):
    content = make()
    read = read_roster(content)
    assert [line.birth_date for line in read.lines] == [BORN, BORN]
    back = mended_workbook(content, list(map(told, read.faults)), "问题")
    assert [line.birth_date for line in read_roster(back).lines] == [BORN, BORN]


def test_too_many_merged_cells_are_refused():
    file = io.BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet("S")
        sheet.write_row(0, 0, ["姓名", "身份证号"])
        sheet.merge = [[row, 0, row, 1] for row in range(1, MOST_MERGED + 2)]
    with pytest.raises(TooLarge):
        read_roster(file.getvalue())


def test_merged_cells_over_everything_are_no_more_than_their_rows():
    file = io.BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet("S")
        sheet.write_row(0, 0, ["姓名", "身份证号", "住址", "类别"])
        sheet.write_row(1, 0, [name_of(101), card(101), "东河村1号", "户籍"])
        sheet.merge_range(1, 2, 1_000_000, 2, "东河村1号")
    (line,) = read_roster(file.getvalue()).lines
    assert line.address == "东河村1号"
