"""Tables of a sheet: side by side, beneath each other, with merged cells, households and footers (R21)."""

from __future__ import annotations

import io
from typing import Any

import pytest
import xlwt
from xlsxwriter import Workbook

from services.registration.rosters.reading.roster import read_roster
from services.registration.rosters.reading.roster_heading import letters
from services.registration.rosters.reading.roster_lines import Roster, told
from services.registration.rosters.reading.roster_mended import mended_workbook
from tests.support.workbooks import card, name_of, workbook

Merged = tuple[int, int, int, int]
HEADING = ["姓名", "身份证号", "手机号", "住址", "类别"]


def row(order: int, **changes: Any) -> list[Any]:
    values = {
        "name": name_of(order),
        "card": card(order),
        "phone": f"1380000{order:04d}",
        "address": f"东河村{order}号",
        "tie": "户籍",
    }
    return list((values | changes).values())


def merged(rows: list[list[Any]], *ranges: Merged) -> bytes:
    file = io.BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet("名册")
        for at, cells in enumerate(rows):
            sheet.write_row(at, 0, cells)
        for top, left, bottom, right in ranges:
            sheet.merge_range(top, left, bottom, right, rows[top][left])
    return file.getvalue()


def merged_xls(rows: list[list[Any]], *ranges: Merged) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("名册", cell_overwrite_ok=True)
    for at, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            sheet.write(at, column, cell)
    for top, left, bottom, right in ranges:
        sheet.write_merge(top, bottom, left, right, rows[top][left])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def adds_up(read: Roster) -> None:
    for a in read.accounts:
        others = a["people"] + a["heading"] + a["empty"] + len(a["remarks"]) + a["unread"]
        assert a["rows"] == others
    people = sum(a["people"] for a in read.accounts)
    asked = next((each["rows"] for each in read.asks if each["ask"] == "tie"), 0)
    assert people == len(read.lines) + len(read.faults) + asked


@pytest.mark.parametrize("make", [merged, merged_xls])
def test_a_merged_cell_is_said_of_every_row_that_it_covers(make: Any):
    rows = [HEADING, row(101), row(102, address=""), row(103, address="", tie="")]
    rows.append(row(104, address="东河村9号", tie=""))
    read = read_roster(make(rows, (1, 3, 3, 3), (2, 4, 4, 4)))
    assert [line.address for line in read.lines] == ["东河村101号"] * 3 + ["东河村9号"]
    assert [line.tie for line in read.lines] == ["household"] * 4
    assert ["spread" in line.notes for line in read.lines] == [False, True, True, True]
    adds_up(read)


@pytest.mark.parametrize("column", [0, 1])
def test_a_name_or_a_number_merged_over_rows_is_a_fault_that_says_so(column: int):
    rows = [HEADING, row(101), row(102), row(103)]
    rows[2][column] = ""
    read = read_roster(merged(rows, (1, column, 2, column)))
    assert [line.row for line in read.lines] == [4]
    assert [(fault["row"], fault["code"]) for fault in read.faults] == [
        (2, "merged"),
        (3, "merged"),
    ]
    adds_up(read)


@pytest.mark.parametrize("sign", ["同上", "同前", "〃", "″", '"', "''", "々", '-"-', "（同上）"])
def test_a_sign_for_the_value_above_is_that_value(sign: str):
    rows = [HEADING, row(101), row(102, address=sign, tie=sign), row(103, phone=sign, address=sign)]
    read = read_roster(workbook(rows))
    assert [line.address for line in read.lines] == ["东河村101号"] * 3
    assert [line.phone for line in read.lines] == ["13800000101", "13800000102", "13800000102"]
    assert {line.tie for line in read.lines} == {"household"}
    assert "spread" in read.lines[1].notes


def test_a_sign_is_never_a_name_or_a_number():
    rows = [HEADING, row(101), row(102, name="同上"), row(103, card="同上")]
    read = read_roster(workbook(rows))
    assert [(fault["row"], fault["code"]) for fault in read.faults] == [(3, "ditto"), (4, "ditto")]


def test_a_sign_with_nothing_above_is_nothing():
    read = read_roster(workbook([HEADING, row(101, address="同上"), row(102)]))
    assert read.lines[0].address is None
    assert "nothing_above" in read.lines[0].notes


SIDES: dict[str, list[list[Any]]] = {
    "same": [[*HEADING, *HEADING], [*row(101), *row(102)], [*row(103), *[""] * 5]],
    "apart": [[*HEADING, "", *HEADING], [*row(101), "", *row(102)], [*row(103), *[""] * 6]],
    "numbered": [
        ["序号", *HEADING, "序号", *HEADING],
        [1, *row(101), 3, *row(102)],
        [2, *row(103), *[""] * 6],
    ],
    "reversed": [
        [*HEADING, *HEADING[::-1]],
        [*row(101), *row(102)[::-1]],
        [*row(103), *[""] * 5],
    ],
}


@pytest.mark.parametrize("how", SIDES)
def test_tables_side_by_side_are_read_each_with_its_columns(how: str):
    read = read_roster(workbook([["名册", *[""] * (len(SIDES[how][0]) - 1)], *SIDES[how]]))
    assert not read.faults and not read.ignored
    found = {line.name: (line.document.number, line.address, line.phone) for line in read.lines}
    assert found == {
        name_of(n): (card(n), f"东河村{n}号", f"1380000{n:04d}") for n in (101, 102, 103)
    }
    assert [(line.row, line.table) for line in read.lines] == [
        (3, read.accounts[0]["columns"]),
        (4, read.accounts[0]["columns"]),
        (3, read.accounts[1]["columns"]),
    ]
    assert [(a["rows"], a["people"], a["empty"]) for a in read.accounts] == [(4, 2, 0), (4, 1, 1)]
    adds_up(read)


def test_a_fault_of_a_table_at_the_right_says_its_column_and_is_marked_there():
    content = workbook([[*HEADING, *HEADING], [*row(101, card="1"), *row(102, card="2")]])
    read = read_roster(content)
    assert [fault["column"] for fault in read.faults] == ["身份证号（B）", "身份证号（G）"]
    back = mended_workbook(content, list(map(told, read.faults)), "问题")
    again = read_roster(back)
    assert [(f["row"], f["column"]) for f in again.faults] == [
        (2, "身份证号（B）"),
        (2, "身份证号（G）"),
    ]
    assert not again.ignored


def test_a_mended_copy_keeps_what_merged_cells_say():
    rows = [HEADING, row(101), row(102, address="", card="1")]
    content = merged(rows, (1, 3, 2, 3))
    back = mended_workbook(content, list(map(told, read_roster(content).faults)), "问题")
    mended = [HEADING, row(101), row(102, address="东河村101号")]
    assert read_roster(workbook(mended)).lines[1].address == "东河村101号"
    assert "东河村101号" in str(read_roster(back).faults) or len(read_roster(back).faults) == 1


def test_another_heading_below_begins_another_table():
    rows = [["甲组名册", *[""] * 4], HEADING, row(101), row(102), ["乙组", *[""] * 4]]
    rows += [HEADING[::-1], row(103)[::-1], HEADING[::-1], row(104)[::-1]]
    read = read_roster(workbook(rows))
    assert {line.name: line.address for line in read.lines} == {
        name_of(n): f"东河村{n}号" for n in (101, 102, 103, 104)
    }
    (account,) = read.accounts
    assert (account["heading"], account["people"]) == (4, 4)
    adds_up(read)


def test_a_card_where_no_title_stands_is_never_lost():
    rows = [HEADING, [*row(101), "", name_of(102), card(102)], [*[""] * 6, name_of(103), card(103)]]
    read = read_roster(workbook(rows))
    assert [(f["row"], f["code"]) for f in read.faults] == [(2, "no_title"), (3, "no_title")]
    adds_up(read)


@pytest.mark.parametrize(
    ("block", "address"),
    [
        (["户主：演练甲 柳湾村二组5号"], "柳湾村二组5号"),
        (["户主：演练甲  户号：0012  住址：柳湾村二组5号"], "柳湾村二组5号"),
        (["柳湾村二组5号"], "柳湾村二组5号"),
        (["户主", "演练甲", "", "柳湾村二组5号"], "柳湾村二组5号"),
        (["户号：0012"], None),
    ],
)
def test_the_heading_of_a_household_is_nobody_and_gives_its_address(
    block: list[str], address: str | None
):
    block = [*block, *[""] * (5 - len(block))]
    rows = [
        HEADING,
        block,
        row(101, address=""),
        row(102, address="东河村9号"),
        row(103, address=""),
    ]
    content = merged(rows, (1, 0, 1, 4)) if not any(block[1:]) else workbook(rows)
    read = read_roster(content)
    assert [line.address for line in read.lines] == [address, "东河村9号", address]
    assert ("household" in read.lines[0].notes) == (address is not None)
    assert read.accounts[0]["remarks"] == [2]
    adds_up(read)


FOOTERS: list[list[Any]] = [
    ["合计", 28],
    ["小计", "3人"],
    ["", "合计：2人"],
    ["总计", "男3人", "女3人"],
    ["第1页 共2页"],
    ["", "", "第 1 页"],
    ["制表人：演练甲", "", "审核人：演练乙"],
    ["制表人：", "演练甲", "审核人：", "演练乙"],
    ["", "", "", "村负责人签字：", ""],
    ["（盖章）"],
    ["说明：本表为虚构"],
    ["备注：", "无"],
    ["填报日期：2024年3月1日"],
    ["", "", "", "2024年3月1日"],
    ["合计", "男1人女1人", "2户"],
]


@pytest.mark.parametrize("footer", FOOTERS, ids=lambda cells: "|".join(map(str, cells)))
def test_totals_signatures_and_pages_are_nobody(footer: list[Any]):
    rows = [HEADING, row(101), [*footer, *[""] * (5 - len(footer))], row(102)]
    read = read_roster(workbook(rows))
    assert not read.faults and len(read.lines) == 2
    assert read.accounts[0]["remarks"] == [3]
    adds_up(read)


@pytest.mark.parametrize(
    "changes",
    [
        {"card": ""},
        {"card": "无"},
        {"card": "1"},
        {"card": "", "tie": ""},
        {"name": "", "card": "12345678"},
    ],
)
def test_somebody_who_is_written_badly_is_no_footer(changes: dict[str, str]):
    read = read_roster(workbook([HEADING, row(101), row(102, **changes)]))
    assert [fault["row"] for fault in read.faults] == [3]


def test_letters_are_those_of_excel():
    assert [letters(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
