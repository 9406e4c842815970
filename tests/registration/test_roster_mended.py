"""A roster given back with its problems: mended where it is marked, it is read (R21)."""

from __future__ import annotations

import csv
import io
from typing import Any

import openpyxl
import pytest
import xlwt

from services.registration.rosters.reading.roster import read_roster
from services.registration.rosters.reading.roster_lines import told
from services.registration.rosters.reading.roster_mended import MARK, mended_workbook
from services.registration.rosters.reading.workbook import read_workbook
from tests.support.workbooks import HEADINGS, card, person, workbook

ROWS: list[list[Any]] = [
    ["=东河村接种名册"],
    ["序号", *HEADINGS],
    [1, *person(101, "演练甲")],
    [2, *person(102, "周先生", card=card(102)[:-1])],
    [3, *person(103, "赵六、赵七")],
]


def xlsx() -> bytes:
    return workbook(ROWS, [["统计", 3]])


def xls() -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("名册")
    for row, cells in enumerate(ROWS):
        for column, cell in enumerate(cells):
            sheet.write(row, column, cell)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def comma_separated() -> bytes:
    file = io.StringIO()
    csv.writer(file).writerows(ROWS)
    return file.getvalue().encode("gb18030")


KINDS = {"xlsx": xlsx, "xls": xls, "csv": comma_separated}


def given_back(content: bytes) -> tuple[openpyxl.Workbook, bytes]:
    back = mended_workbook(content, list(map(told, read_roster(content).faults)), "Problem")
    return openpyxl.load_workbook(io.BytesIO(back)), back


@pytest.mark.parametrize("kind", KINDS)
def test_wrong_cells_are_marked_and_explained_beside_the_row(kind: str):
    book, _ = given_back(KINDS[kind]())
    sheet = book.worksheets[0]
    assert sheet.cell(2, 8).value == "Problem"
    assert sheet.cell(3, 8).value is None
    assert "身份证号】" in sheet.cell(4, 8).value and "姓名】" in sheet.cell(4, 8).value
    assert "姓名】" in sheet.cell(5, 8).value
    marked = {
        (cell.row, cell.column)
        for cells in sheet.iter_rows()
        for cell in cells
        if cell.fill.fgColor.rgb == f"FF{MARK}"
    }
    assert marked == {(4, 3), (4, 2), (5, 2)}


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_else_has_changed_and_no_text_became_a_formula(kind: str):
    content = KINDS[kind]()
    book, back = given_back(content)
    for before, after in zip(read_workbook(content), read_workbook(back), strict=True):
        width = len(before.rows[0])
        assert [row[:width] for row in after.rows] == before.rows
    assert not [
        cell.value
        for sheet in book
        for cells in sheet.iter_rows()
        for cell in cells
        if cell.data_type == "f"
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_given_back_unmended_it_has_the_same_faults(kind: str):
    content = KINDS[kind]()
    before = read_roster(content)
    after = read_roster(given_back(content)[1])
    told = [(f["row"], f["column"], f["value"], f["code"]) for f in before.faults]
    assert [(f["row"], f["column"], f["value"], f["code"]) for f in after.faults] == told
    assert [line.said for line in after.lines] == [line.said for line in before.lines]
    assert not [each for each in after.ignored if each["column"]]


@pytest.mark.parametrize("kind", KINDS)
def test_mended_it_is_read_without_faults(kind: str):
    book, _ = given_back(KINDS[kind]())
    sheet = book.worksheets[0]
    sheet["C4"], sheet["B4"], sheet["B5"] = card(102), "演练乙", "演练丙"
    file = io.BytesIO()
    book.save(file)
    read = read_roster(file.getvalue())
    assert not read.faults
    assert [line.row for line in read.lines] == [3, 4, 5]


@pytest.mark.parametrize("kind", KINDS)
def test_half_mended_the_old_words_and_marks_are_gone(kind: str):
    book, _ = given_back(KINDS[kind]())
    book.worksheets[0]["B5"] = "演练丙"
    file = io.BytesIO()
    book.save(file)
    again, _ = given_back(file.getvalue())
    sheet = again.worksheets[0]
    assert sheet.cell(5, 8).value is None
    assert sheet["B5"].fill.fgColor.rgb != f"FF{MARK}"
    assert sheet["C4"].fill.fgColor.rgb == f"FF{MARK}"
    assert sheet.max_column == 8


def test_widths_and_hidden_sheets_stay():
    book = openpyxl.load_workbook(io.BytesIO(xlsx()))
    book.worksheets[0].column_dimensions["B"].width = 33
    book.worksheets[1].sheet_state = "hidden"
    file = io.BytesIO()
    book.save(file)
    back, _ = given_back(file.getvalue())
    assert back.worksheets[0].column_dimensions["B"].width == 33
    assert back.worksheets[1].sheet_state == "hidden"


def test_every_sheet_is_given_back():
    book, back = given_back(xlsx())
    assert len(read_roster(back).faults) == 2
    assert book.sheetnames == ["名册", "二"]


def test_pictures_and_links_do_not_hinder():
    book = openpyxl.load_workbook(io.BytesIO(xlsx()))
    book.worksheets[0]["B3"].hyperlink = "http://x.invalid/"
    file = io.BytesIO()
    book.save(file)
    back, _ = given_back(file.getvalue())
    assert back.worksheets[0]["B3"].value == "演练甲"
    assert back.worksheets[0]["B3"].hyperlink is None
