"""Tables of text as programs write them: encodings, quotation marks, tabs, sizes (R21)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registration.rosters.reading.roster import read_roster
from services.registration.rosters.reading.text_table import read_text_table
from services.registration.rosters.reading.unreadable import (
    CELLS_LIMIT,
    TooLarge,
    UnreadableWorkbook,
)
from tests.support.workbooks import card

SIMPLE = f"姓名,证件号码,类别,住址\n演练甲,{card(101)},户籍,演练路1号\n演练乙,{card(102)},居住,\n"
TRADITIONAL = f"姓名,身分證號,類別,聯絡電話\n演練甲,{card(101)},戶籍,13800000101\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_a_table_in_simplified_letters_is_read_in_every_encoding(encoding: str):
    read = read_roster(SIMPLE.encode(encoding))
    assert [(line.name, line.tie) for line in read.lines] == [
        ("演练甲", "household"),
        ("演练乙", "home"),
    ]


@pytest.mark.parametrize("encoding", ["big5", "cp950", "big5hkscs", "utf-8", "gb18030"])
def test_a_table_in_traditional_letters_is_read_in_every_encoding(encoding: str):
    (line,) = read_roster(TRADITIONAL.encode(encoding)).lines
    assert (line.name, line.tie, line.phone) == ("演練甲", "household", "13800000101")


NAMES = "陳林黃張李王吳劉蔡楊許鄭謝郭洪曾邱廖賴周大文小明美玲志明淑芬家豪"


@given(st.lists(st.text(NAMES, min_size=2, max_size=4), max_size=30))
def test_every_name_in_big5_is_itself(names: list[str]):
    text = "\n".join(["姓名,身分證號", *(f"{name},1" for name in names)])
    assert [row[0] for row in read_text_table(text.encode("big5"))] == ["姓名", *names]


@given(st.lists(st.text("陈林黄张李王吴刘蔡杨许郑谢郭洪曾邱廖赖周大文志", min_size=2, max_size=4)))
def test_and_every_name_in_gb18030(names: list[str]):
    text = "\n".join(["姓名,身份证号", *(f"{name},1" for name in names)])
    assert [row[0] for row in read_text_table(text.encode("gb18030"))] == ["姓名", *names]


@pytest.mark.parametrize(
    "written",
    [
        f"\t{card(101)}",
        f'"\t{card(101)}\t"',
        f'="{card(101)}"',
        f'"=""{card(101)}"""',
        f"'{card(101)}",
        f'"\'{card(101)}"',
        f"{card(101)}\t",
        f' ="{card(101)}" ',
        f'""{card(101)}""',
        f"“{card(101)}”",
        f"\u200b{card(101)}\ufeff",
    ],
)
def test_what_exporters_put_around_a_number_is_no_part_of_it(written: str):
    (line,) = read_roster(f"姓名,证件号码,类别\n演练甲,{written},户籍\n".encode()).lines
    assert line.document.number == card(101)


@pytest.mark.parametrize(
    "title", ["姓\u200b名", "姓名\ufeff", "\t姓名\t", '"姓名\t"', "姓名\ue5e5", "'姓名"]
)
def test_a_heading_is_found_whatever_stands_around_it(title: str):
    (line,) = read_roster(f"{title},证件号码,类别\n演练甲,{card(101)},户籍\n".encode()).lines
    assert line.name == "演练甲"


@pytest.mark.parametrize("stray", ['"演练乙', '演练乙"', '演"练乙'])
def test_a_stray_quotation_mark_swallows_nobody(stray: str):
    rows = [f"演练甲,{card(101)},户籍", f"{stray},{card(102)},户籍", f"演练丙,{card(103)},户籍"]
    read = read_roster("\n".join(["姓名,证件号码,类别", *rows, ""]).encode())
    assert [line.row for line in read.lines] == [2, 3, 4] or [
        (line.row, fault["row"]) for line, fault in zip(read.lines, read.faults, strict=False)
    ] == [(2, 3)]
    assert sum(account["people"] for account in read.accounts) == 3


def test_a_stray_quotation_mark_beside_cells_that_need_theirs_is_told_with_its_row():
    rows = [
        f'演练甲,{card(101)},"一组,2号"',
        f'"演练乙,{card(102)},三组',
        f"演练丙,{card(103)},四组",
    ]
    with pytest.raises(UnreadableWorkbook, match="第 3 行"):
        read_text_table("\n".join(["姓名,证件号码,住址", *rows]).encode())


def test_a_cell_of_several_lines_stays_one():
    text = f'姓名,证件号码,类别,住址\n演练甲,{card(101)},户籍,"演练路\n1号"\n'
    (line,) = read_roster(text.encode()).lines
    assert line.address == "演练路 1号"


def test_a_table_that_is_too_large_names_the_cell_it_ends_at():
    wide = "姓名," * 8_000
    text = "姓名,证件号码\n" * 200 + wide + "\n"
    with pytest.raises(TooLarge, match=f"第 201 行第 8001 列已超过 {CELLS_LIMIT} 格"):
        read_text_table(text.encode())
