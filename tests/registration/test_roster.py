"""Reading rosters: whatever anybody sends, every row and every file gets its answer."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from services.registration.rosters.reading.headings import CODES, TERMS, choices, code_of, field_of
from services.registration.rosters.reading.headings import HEADINGS as NAMES
from services.registration.rosters.reading.roster import read_roster
from services.registration.rosters.reading.roster_heading import NoRoster
from services.registration.rosters.reading.roster_lines import told
from services.registration.rosters.reading.roster_template import roster_template
from services.registration.rosters.reading.unreadable import TooLarge, UnreadableWorkbook
from shared.kit.language import CHINESE, ENGLISH, speaking
from tests.support.sandboxed_reading import sandboxed
from tests.support.workbooks import HEADINGS, card, person, roster, workbook

HAN = re.compile("[\u3400-\u9fff]")


def faults(content: bytes) -> list[tuple[int, str, str]]:
    return [(each["row"], each["column"], each["code"]) for each in read_roster(content).faults]


def test_a_plain_roster_is_read_row_by_row():
    read = read_roster(roster(person(101), person(102, "王芳", tie="居住", cohort="")))
    assert not read.faults
    first, second = read.lines
    assert (first.sheet, first.row, first.name, first.tie, first.cohort) == (
        "名册",
        2,
        "李小明",
        "household",
        "party_member",
    )
    assert (first.document.number, first.sex) == (card(101), "male")
    assert (second.row, second.tie, second.cohort, second.sex) == (3, "home", None, "female")


def test_title_rows_may_stand_above_the_heading():
    read = read_roster(roster(person(101), title=True))
    assert [line.row for line in read.lines] == [3]


def test_a_heading_below_the_tenth_row_is_not_found():
    rows: list[list[Any]] = [["标题"]] * 10
    with pytest.raises(NoRoster, match="前 10 行"):
        read_roster(workbook([*rows, list(HEADINGS), person(101)]))


def test_english_headings_and_notes_in_brackets_are_understood():
    heading = ["Name", "ID number", "Tie (to the town)", "Cohort"]
    read = read_roster(workbook([heading, ["Li Ming", card(101), "workplace", "teacher"]]))
    assert (read.lines[0].tie, read.lines[0].cohort) == ("workplace", "teacher")


@given(st.sampled_from([(f, n) for f, names in NAMES.items() for n in names]), st.booleans())
def test_a_heading_means_the_same_however_it_is_spaced(of: tuple[str, str], wide: bool):
    field, name = of
    spaced = ("　" if wide else " ").join(name.upper())
    assert field_of(f" {spaced}：（必填）") == field


def test_every_sheet_with_a_heading_is_read_and_others_are_named():
    content = workbook([list(HEADINGS), person(101)], [["统计", 1]], [list(HEADINGS), person(102)])
    read = read_roster(content)
    assert [(line.sheet, line.row) for line in read.lines] == [("名册", 2), ("三", 2)]
    assert read.ignored == [{"sheet": "二", "column": ""}]


def test_columns_that_are_not_read_are_named():
    heading = ["序号", *HEADINGS, "血型"]
    read = read_roster(workbook([heading, [1, *person(101), "甲型"]]))
    assert read.ignored == [{"sheet": "名册", "column": "血型"}]


def test_a_heading_without_the_identity_number_is_refused_by_name():
    with pytest.raises(NoRoster, match="证件号码") as refusal:
        read_roster(workbook([["姓名", "类别"], ["李小明", "户籍"]]))
    assert refusal.value.details["missing"] == ["card_number"]


def test_a_number_that_excel_damaged_is_explained():
    bad = person(101)
    bad[1] = 420000197905211012
    (fault,) = read_roster(roster(person(102), bad)).faults
    assert (fault["row"], fault["column"]) == (3, "身份证号")
    assert fault["value"] == "420000197905211000", "as Excel shows it"
    assert "Excel" in told(fault)["problem"]
    assert "模板" in told(fault)["remedy"]


def test_beside_damaged_numbers_one_that_ends_in_000_is_doubted():
    numbers = [card(100, f"1979{month:02d}15") for month in range(1, 13)]
    good_but_000 = next(number for number in numbers if number.endswith("000"))
    damaged = person(101)
    damaged[1] = 420000197905211012
    suspicious = person(102, card=good_but_000)
    assert len(read_roster(roster(suspicious)).lines) == 1, "alone it is believed"
    read = read_roster(roster(suspicious, damaged, person(103)))
    assert [fault["row"] for fault in read.faults] == [2, 3]
    assert [line.row for line in read.lines] == [4]


@pytest.mark.parametrize(
    ("changes", "column", "problem"),
    [
        ({"card": ""}, "身份证号", "缺少"),
        ({"card": card(101)[:-1]}, "身份证号", "18"),
        ({"name": "周先生"}, "姓名", "称呼"),
        ({"name": "赵六、赵七"}, "姓名", "两个人"),
        ({"name": ""}, "姓名", "缺少"),
        ({"name": "12345"}, "姓名", "不像"),
    ],
)
def test_a_wrong_cell_is_told_with_row_column_problem_and_remedy(
    changes: dict[str, str], column: str, problem: str
):
    read = read_roster(roster(person(103), person(101, **({"name": "李小明"} | changes))))
    (fault,) = read.faults
    assert (fault["sheet"], fault["row"], fault["column"]) == ("名册", 3, column)
    assert problem in told(fault)["problem"]
    assert told(fault)["remedy"]
    with speaking(ENGLISH):
        assert not HAN.search(told(fault)["problem"] + told(fault)["remedy"])
    assert len(read.lines) == 1


def test_all_that_is_wrong_with_a_row_is_told_at_once():
    (fault,) = read_roster(roster(person(101, "1", card="1"))).faults
    assert {fault["column"], *(more["column"] for more in fault["also"])} == {"身份证号", "姓名"}


def test_a_sex_that_does_not_agree_with_the_card_is_an_error():
    content = workbook([["姓名", "性别", "身份证号", "类别"], ["李小明", "女", card(101), "户籍"]])
    assert faults(content)[0][:2] == (2, "性别")


def test_the_same_person_twice_counts_once():
    read = read_roster(roster(person(101), person(102), person(101)))
    assert [line.row for line in read.lines] == [2, 3]
    (fault,) = read.faults
    assert fault["row"] == 4
    assert told(fault)["problem"] == "与第 2 行重复。"
    assert card(101) not in fault["value"]


def test_the_same_person_with_two_stories_counts_not_at_all():
    read = read_roster(roster(person(101), person(101, phone="13911112222"), person(102)))
    assert [line.row for line in read.lines] == [4]
    assert [fault["row"] for fault in read.faults] == [2, 3]


@given(st.lists(st.sampled_from([101, 102, 103, 0]), min_size=1, max_size=8))
def test_every_row_is_a_line_or_a_fault(orders: list[int]):
    rows = [person(order) if order else person(1, card="?") for order in orders]
    read = read_roster(roster(*rows))
    told = [line.row for line in read.lines] + [fault["row"] for fault in read.faults]
    assert sorted(told) == list(range(2, 2 + len(orders)))
    numbers = [line.document.number for line in read.lines]
    assert len(numbers) == len(set(numbers))


def test_empty_rows_between_people_are_nobody():
    read = read_roster(roster(person(101), ["", "", ""], person(102)))
    assert [line.row for line in read.lines] == [2, 4]


def test_the_template_is_a_roster_that_only_wants_people():
    with pytest.raises(NoRoster, match="没有人员"):
        read_roster(roster_template())


def test_every_column_of_the_template_is_understood():
    sheet = openpyxl.load_workbook(io.BytesIO(roster_template())).worksheets[0]
    titles = [cell.value for cell in sheet[2]]
    assert [field_of(str(title)) for title in titles] == [
        "name",
        "document_kind",
        "card_number",
        "sex",
        "birth_date",
        "phone",
        "email",
        "address",
        "tie",
        "cohort",
        "cadre",
    ]
    for column, title in enumerate(titles, start=1):
        assert sheet.column_dimensions[get_column_letter(column)].width > 4, title
    rules = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    choices = [choice for rule in rules.values() for choice in str(rule).strip('"').split(",")]
    assert {"护照", "台湾居民来往大陆通行证", "女", "户籍", "党员"} <= set(choices)


IN_ENGLISH = {
    "name": "演练 Anna",
    "document_kind": "passport",
    "card_number": "E12345678",
    "sex": "female",
    "birth_date": "1979-05-21",
    "phone": "13800000101",
    "email": "a@example.com",
    "address": "1 Rehearsal Road",
    "tie": "home",
    "cohort": "party member, parent of a pupil",
    "cadre": "cadre-01",
}


def test_the_template_in_english_is_english_throughout_filled_in_and_imported():
    with speaking(ENGLISH):
        content = roster_template()
        with pytest.raises(NoRoster):
            read_roster(content)
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    titles = [str(cell.value) for cell in sheet[2]]
    assert [field_of(title) for title in titles] == list(IN_ENGLISH)
    said = [sheet.title, str(sheet["A1"].value), *titles]
    said += [str(rule.formula1) for rule in sheet.data_validations.dataValidation]
    assert not re.search(r"[\u3400-\u9fff]", " ".join(said)), said
    for column, value in enumerate(IN_ENGLISH.values(), 1):
        sheet.cell(3, column, value)
    file = io.BytesIO()
    book.save(file)
    read = read_roster(file.getvalue())
    assert not read.faults, read.faults
    [line] = read.lines
    assert (line.document.kind, line.document.number) == ("passport", "E12345678")
    assert (line.sex, line.tie, line.cadre) == ("female", "home", "cadre-01")
    assert line.cohorts == ("party_member", "parent")
    assert (line.phone, line.email) == ("13800000101", "a@example.com")


@pytest.mark.parametrize("language", [CHINESE, ENGLISH])
@pytest.mark.parametrize("of", CODES)
def test_every_choice_the_template_offers_is_understood(of: str, language: str):
    with speaking(language):
        offered = list(map(str, choices(of)))
        sheet = openpyxl.load_workbook(io.BytesIO(roster_template())).worksheets[0]
    assert [code_of(of, each) for each in offered] == list(CODES[of])
    rules = [str(rule.formula1) for rule in sheet.data_validations.dataValidation]
    assert f'"{",".join(offered)}"' in rules, "one choice is one choice, and Excel takes them all"
    assert len(",".join(offered)) <= 255
    for code, term in TERMS[of].items():
        assert code_of(of, term.zh) == code_of(of, term.en) == code


# Files that are no rosters


def packed(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name.replace("__", "/"), content)
    return file.getvalue()


OLD = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"name\n", "不是 Excel 文件"),
        (OLD, "损坏"),
        (b"PK\x03\x04 broken", "损坏"),
        (packed(letter=b"hello"), "不是 Excel 工作簿"),
        (packed(**{"xl__workbook.xml": b"<workbook"}), "损坏"),
        (roster(person(101))[:-200], "损坏"),
    ],
)
def test_a_file_that_is_no_workbook_is_refused_clearly(content: bytes, said: str):
    with pytest.raises(UnreadableWorkbook, match=said):
        read_roster(content)


def test_an_empty_workbook_is_refused():
    with pytest.raises(NoRoster, match="没有内容"):
        read_roster(workbook([]))


def test_a_cell_in_the_last_corner_does_not_fill_the_memory():
    file = io.BytesIO(roster(person(101)))
    with zipfile.ZipFile(file) as package:
        parts = {each: package.read(each) for each in package.namelist()}
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    name = "xl/worksheets/sheet1.xml"
    parts[name] = parts[name].replace(b"</sheetData>", far)
    with pytest.raises(TooLarge, match="很远的行"):
        sandboxed(packed(**parts))


def test_a_file_that_unpacks_to_very_much_is_refused():
    bomb = packed(**{"xl__workbook.xml": b"<workbook/>", "xl__bomb.xml": bytes(160_000_000)})
    assert len(bomb) < 10_000_000
    with pytest.raises(TooLarge):
        read_roster(bomb)
