"""Marks: what a roster says beside the facts becomes codes and a remark, and refuses nobody (R21)."""

from __future__ import annotations

from typing import Any

import pytest

from services.registration.rosters.reading.headings import field_of
from services.registration.rosters.reading.roster import read_roster
from services.registration.rosters.reading.roster_lines import Line
from services.registration.rosters.reading.roster_marks import REMARK_LENGTH, WORDS, marks_in
from services.registration.rosters.reading.roster_rows import read_row
from shared.town.terms.rosters import MARKS
from tests.support.workbooks import card, workbook

HEADING = ["姓名", "身份证号", "类别", "状态", "备注"]


def line(**more: Any) -> Line:
    values = {"name": "演练甲", "card_number": card(101), "tie": "户籍", **more}
    found, wrong = read_row("名册", 2, values)
    assert found is not None, [each.code for each in wrong]
    return found


SAID = {
    "died": "死亡 已故 去世 2023年去世 已于去年过世 病故 死亡销户 亡 不幸去世 去世未销户",
    "moved_away": "迁出 迁往外县 已搬走 户口已迁 2021年迁出 搬离本村 外嫁 嫁到外县",
    "not_found": "查无此人 无此人 没有这个人",
    "away": "外出 广东打工 外出务工 在外 无锡打工 长期在外地 不在家 常年在外读书",
    "vaccinated": "已打第一针 已接种 打过 外地接种 在外地已打第二针 已打一针未打第二针 打了两针",
    "pregnant": "怀孕 孕妇 妊娠 怀孕5个月 孕32周 孕晚期",
    "allergic": "过敏 青霉素过敏 有过敏史 过敏体质 海鲜过敏，无高血压",
    "ill": "高血压，暂缓 癫痫 精神病 正在化疗 糖尿病 住院 无业、糖尿病 发热",
}


@pytest.mark.parametrize(
    ("text", "mark"), [(text, mark) for mark, texts in SAID.items() for text in texts.split()]
)
def test_a_word_makes_its_mark(text: str, mark: str):
    assert mark in marks_in(text)
    assert line(remark=text).marks == marks_in(text)


DENIED = """
正常 未怀孕 没有怀孕 是否怀孕：否 怀孕：否 备孕 哺乳期 无过敏史 无药物过敏史 否认过敏史 过敏史：无 没有打过 未接种 还没打
未打第一针 第一针未打 想打第一针 预约第一针 同意接种第一针 接种：否 无高血压 无高血压、糖尿病 无精神病史 未外出 本地务工
在本村务工 在家务工 外出就医 已注销户口 外来务工 打工返乡 外出务工，已回 丈夫去世 父亲已故 其母去世 丧偶 未死亡 拆迁
易地搬迁户 迁入 打过电话 已打电话 户主 健在 在家 拒绝
村民代表 低保户 党员
"""


@pytest.mark.parametrize("text", DENIED.split())
def test_a_word_that_is_denied_wished_for_or_about_others_is_no_mark(text: str):
    assert marks_in(text) == ()


def test_marks_are_those_of_the_terms_in_their_order():
    assert list(WORDS) == list(MARKS)
    assert marks_in("过敏，已打第一针，外出") == ("away", "vaccinated", "allergic")


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("状态", "status"),
        ("人员状态", "status"),
        ("健康状况", "health"),
        ("备注", "remark"),
        ("说明", "remark"),
        ("備註", "remark"),
        ("与户主关系", "relation"),
        ("與戶主關係", "relation"),
    ],
)
def test_columns_beside_the_facts_are_read(heading: str, field: str):
    assert field_of(heading) == field


def test_status_and_remark_of_a_roster_are_handed_on():
    rows = [
        ["演练甲", card(101), "户籍", "正常", ""],
        ["演练乙", card(102), "户籍", "死亡", "2023年去世"],
        ["演练丙（已故）", card(103), "户籍", "正常", "户主"],
        ["演练丁", card(104), "户籍", "外出", "广东打工"],
    ]
    read = read_roster(workbook([HEADING, *rows]))
    assert not read.faults
    assert [each.marks for each in read.lines] == [(), ("died",), ("died",), ("away",)]
    assert [each.remark for each in read.lines] == [
        None,
        "死亡；2023年去世",
        "已故",
        "外出；广东打工",
    ]


@pytest.mark.parametrize(
    "said", ["户主", "妻", "长子", "次女", "儿媳", "孙子", "之父", "配偶", "其他"]
)
def test_the_relation_to_the_householder_is_nothing_to_note(said: str):
    assert (line(relation=said).remark, line(remark=said).remark) == (None, None)


def test_a_remark_is_kept_as_it_is_written_once_and_without_numbers_of_cards():
    said = line(status="低保，五保", remark=f"与{card(103)}同户\n低保", health="低保，五保")
    assert said.remark == "低保，五保；与…同户 低保"
    assert card(103) not in str(said.remark)


def test_a_remark_that_is_too_long_is_cut_and_said():
    said = line(remark="低" * 500)
    assert said.remark == "低" * REMARK_LENGTH
    assert said.notes == ("remark_cut",)


def test_a_tie_that_is_no_tie_is_read_for_marks_as_well():
    values = {"name": "演练甲", "card_number": card(101), "tie": "死亡"}
    said, wrong = read_row("名册", 2, values, tie="household")
    assert said is not None and not wrong
    assert (said.tie, said.marks, said.remark) == ("household", ("died",), "死亡")


def test_a_row_that_is_there_twice_hands_on_the_marks_of_both():
    rows = [["演练甲", card(101), "户籍", "", ""], ["演练甲", card(101), "户籍", "死亡", "去年"]]
    read = read_roster(workbook([HEADING, *rows]))
    (kept,) = read.lines
    assert (kept.row, kept.marks, kept.remark) == (2, ("died",), "死亡；去年")
    assert [fault["code"] for fault in read.faults] == ["duplicate"]
