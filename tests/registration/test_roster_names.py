"""Names on a roster: what stands beside them is cut off, two people in a cell are asked apart (R21)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registration.rosters.reading.roster_cells import Wrong
from services.registration.rosters.reading.roster_lines import Line
from services.registration.rosters.reading.roster_names import name_of
from services.registration.rosters.reading.roster_rows import read_row
from services.registration.rosters.reading.roster_samples import is_sample
from tests.support.workbooks import card


def line(name: str, **more: Any) -> Line:
    values = {"name": name, "card_number": card(101), "tie": "户籍", **more}
    found, wrong = read_row("名册", 2, values)
    assert found is not None, [each.code for each in wrong]
    return found


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("张三丰（户主）", "张三丰"),
        ("李四光(妻)", "李四光"),
        ("李四光【长女】", "李四光"),
        ("王小二\n（儿媳）", "王小二"),
        ("张三丰（户主", "张三丰"),
        ("（户主）张三丰", "张三丰"),
        ("王五*", "王五"),
        ("★王五", "王五"),
        ("1、王五", "王五"),
        ("王五，", "王五"),
        ("张三丰户主", "张三丰"),
        ("周建国先生", "周建国"),
        ("（王五）", "王五"),
        ("“王五”。", "王五"),
    ],
)
def test_who_somebody_is_in_the_household_is_cut_off_the_name(written: str, name: str):
    read = line(written)
    assert (read.name, read.remark, read.marks) == (name, None, ())
    assert read.notes == ("name_cut",)


@pytest.mark.parametrize(
    ("written", "name", "marks", "remark"),
    [
        ("黄玉平（已故）", "黄玉平", ("died",), "已故"),
        ("黄玉平(死亡)", "黄玉平", ("died",), "死亡"),
        ("黄玉平 已故", "黄玉平", ("died",), "已故"),
        ("黄玉平-已去世", "黄玉平", ("died",), "已去世"),
        ("黄玉平（外出务工）", "黄玉平", ("away",), "外出务工"),
        ("孙八（曾用名：孙九）", "孙八", (), "曾用名:孙九"),
        ("孙八 曾用名 孙九", "孙八", (), "曾用名孙九"),
        ("測試(陈测试)", "測試", (), "陈测试"),
    ],
)
def test_what_else_stands_behind_a_name_becomes_a_mark_or_a_remark(
    written: str, name: str, marks: tuple[str, ...], remark: str
):
    read = line(written)
    assert (read.name, read.marks, read.remark) == (name, marks, remark)
    assert "name_cut" in read.notes


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("  吴 十  ", "吴十"),
        ("吴\n十", "吴十"),
        ("'吴十", "吴十"),
        ('="吴十"', "吴十"),
        ('"吴十"', "吴十"),
        ("演练 甲乙", "演练甲乙"),
        ("欧阳 建国", "欧阳建国"),
        ("李和平", "李和平"),
        ("陈玉女", "陈玉女"),
        ("王学士", "王学士"),
        ("演练甲01", "演练甲01"),
        ("阿依古丽•买买提", "阿依古丽·买买提"),
        ("Mary Smith", "Mary Smith"),
        ("MARY  SMITH", "MARY SMITH"),
        ("SMITH, MARY", "SMITH, MARY"),
        ("O’Brien Jean‑Luc", "O'Brien Jean-Luc"),
    ],
)
def test_a_name_is_left_as_it_is(written: str, name: str):
    read = line(written)
    assert (read.name, read.remark, read.notes) == (name, None, ())


@pytest.mark.parametrize(
    "written",
    [
        "赵六、赵七",
        "赵六，赵七",
        "赵六/赵七",
        "赵六和赵七",
        "赵六\n赵七",
        "王建国 李秀英",
        "赵六;赵七;赵八",
    ],
)
def test_two_people_in_one_cell_are_asked_for_a_row_each(written: str):
    found, wrong = read_row("名册", 2, {"name": written, "card_number": card(101), "tie": "户籍"})
    assert found is None
    (each,) = wrong
    assert (each.of, each.code, each.remedy.zh) == ("name", "name_two", "请每人填一行。")


@pytest.mark.parametrize(
    "written",
    [
        "周先生",
        "李女士",
        "欧阳先生",
        "王大爷",
        "老王",
        "小李",
        "张某",
        "张某某",
        "张三之妻",
        "张三妻",
        "王五儿子",
        "户主",
    ],
)
def test_what_somebody_is_called_is_not_the_name_on_the_document(written: str):
    with pytest.raises(Wrong) as wrong:
        name_of(written, [], [])
    assert wrong.value.code == "name_called"


@pytest.mark.parametrize("written", ["张?丰", "张三?", "?三丰", "张\ufffd丰"])
def test_a_letter_that_was_lost_is_a_fault(written: str):
    with pytest.raises(Wrong) as wrong:
        name_of(written, [], [])
    assert wrong.value.code == "name_sign"


@pytest.mark.parametrize(
    "name",
    ["张三（示例）", "示例：张三", "例：张三", "样例", "范例 张三", "Example", "Sample person"],
)
def test_a_sample_is_known_by_its_name(name: str):
    assert is_sample({"name": name, "card_number": card(101), "tie": "户籍"})


@pytest.mark.parametrize(
    "values",
    [
        {
            "name": "必填：与证件一致",
            "card_number": "必填：18位",
            "phone": "选填",
            "tie": "必填：户籍",
        },
        {"name": "填写姓名", "card_number": "18位", "phone": "11位数字", "tie": "请选择"},
        {"name": "张三", "card_number": "XXXXXXXXXXXXXXXXXX", "tie": "户籍"},
        {"name": "required", "card_number": "18 digits", "phone": "optional"},
    ],
)
def test_instructions_are_nobody(values: dict[str, str]):
    assert is_sample(values)


@pytest.mark.parametrize(
    "values",
    [
        {"name": "演练甲", "card_number": card(101), "address": "示例镇样例路1号"},
        {"name": "演练甲", "card_number": card(101), "remark": "请填写电话", "phone": "选填"},
        {"name": "演练甲", "card_number": "", "address": "一组1号"},
        {"name": "", "card_number": ""},
    ],
)
def test_a_person_is_no_sample(values: dict[str, str]):
    assert not is_sample(values)


@given(st.text(max_size=30))
def test_whatever_stands_in_the_cell_is_a_name_or_a_fault(text: str):
    notes: list[str] = []
    try:
        name = name_of(text, notes, [])
    except Wrong as wrong:
        assert wrong.of == "name"
    else:
        assert any(map(str.isalpha, name))
        assert name == name.strip()
