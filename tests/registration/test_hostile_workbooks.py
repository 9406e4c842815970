"""Whatever file is handed in as a roster: a clear word in both languages, and bounded memory."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registration.rosters.reading.roster import read_roster
from services.registration.rosters.reading.roster_heading import NoRoster
from services.registration.rosters.reading.roster_lines import told
from services.registration.rosters.reading.unreadable import TooLarge, UnreadableWorkbook
from services.registration.rosters.reading.workbook import read_workbook
from shared.kit.language import ENGLISH, speaking
from tests.support import hostile, hostile_old
from tests.support.part import PartUnderTest
from tests.support.sandboxed_reading import sandboxed
from tests.support.workbooks import card, person, roster

ENOUGH_MEMORY = 450_000
"""kB: a generous bound for the interpreter, a part, and the largest workbook that is read."""

MARKING_MEMORY = 550_000
"""kB: the process that marks a workbook, and ends with it, holds the book that it writes as well."""

UNREADABLE = {
    "entities": (hostile.entities, "损坏", "open it in Excel"),
    "external_entity": (hostile.external_entity, "损坏", "open it in Excel"),
    "utf16": (hostile.utf16, "另存为 .xlsx", "open it in Excel, save it as .xlsx"),
    "macros": (hostile.with_macros, "不带宏", "save it as .xlsx without macros"),
    "locked": (hostile.locked, "取消密码", "remove it in Excel"),
    "locked_archive": (hostile.locked_archive, "解压", "unpack it"),
    "nested": (hostile.nested, "解压后逐个上传", "send the workbooks in it one by one"),
    "slip": (lambda: hostile.slip("../../etc/x.xml"), "路径", "copy the roster into the template"),
    "slip_windows": (lambda: hostile.slip("..\\..\\x.xml"), "路径", "lead out of it"),
    "slip_absolute": (lambda: hostile.slip("/etc/x.xml"), "路径", "lead out of it"),
    "slip_drive": (lambda: hostile.slip("C:/x.xml"), "路径", "lead out of it"),
    "same_sheet": (hostile.one_sheet_many_times, "另存为 .xlsx", "save it as .xlsx"),
    "same_part": (hostile.one_part_many_times, "另存为 .xlsx", "save it as .xlsx"),
    "lying": (hostile.lying_bomb, "损坏", "open it in Excel"),
    "truncated": (lambda: hostile.good()[:-100], "没有传完整", "incomplete"),
    "half": (lambda: hostile.good()[:2000], "没有传完整", "incomplete"),
    "web_page": (lambda: b"\xef\xbb\xbf<html><table>", "网页", "save it as .xlsx"),
    "table_2003": (lambda: b'<?xml version="1.0"?><Workbook/>', "XML 表格", "save it as .xlsx"),
    "binary_book": (lambda: hostile.packed({"xl/workbook.bin": b""}), ".xlsb", "save it as .xlsx"),
    "letter": (lambda: hostile.packed({"word/document.xml": b""}), "不是 Excel 工作簿", "save it"),
    "one_word": (lambda: "姓名\n".encode("gbk"), "名册模板", "roster template"),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(99), "名册模板", "roster template"),
    "old_locked": (hostile_old.locked, "取消密码", "remove it in Excel"),
    "old_macros": (
        lambda: hostile_old.with_storage("_VBA_PROJECT_CUR"),
        "不带宏",
        "without macros",
    ),
    "old_macro_sheet": (hostile_old.macro_sheet, "不带宏", "without macros"),
    "old_no_string": (hostile_old.no_such_string, "损坏", "open it in Excel"),
    "old_many_strings": (hostile_old.many_strings, "损坏", "open it in Excel"),
    "old_same_sheet": (hostile_old.same_sheet_twice, "损坏", "open it in Excel"),
    "old_endless_chain": (hostile_old.endless_chain, "损坏", "open it in Excel"),
    "old_endless_difat": (hostile_old.endless_difat, "损坏", "open it in Excel"),
    "old_half": (lambda: hostile_old.good_xls()[:3000], "没有传完整", "incomplete"),
    "old_letter": (hostile_old.letter, "名册模板", "roster template"),
    "csv_open_quote": (hostile_old.open_quote, "引号", "quotation mark"),
    "csv_two_encodings": (hostile_old.two_encodings, "第 1 行", "CSV UTF-8"),
    "csv_broken_utf8": (hostile_old.broken_utf8, "第 2 行", "CSV UTF-8"),
    "csv_nul": (hostile_old.with_nul, "名册模板", "roster template"),
    "csv_controls": (hostile_old.with_controls, "名册模板", "roster template"),
    "pdf": (lambda: b"%PDF-1.7\n1,2\n", "名册模板", "roster template"),
    "nothing_in_it": (lambda: b"PK\x05\x06" + bytes(18), "名册模板", "roster template"),
}
TOO_LARGE = {
    "boasting": hostile.boasting,
    "zip_bomb": hostile.zip_bomb,
    "large_bomb": hostile.large_bomb,
    "million_rows": hostile.million_rows,
    "million_rows_without_numbers": hostile.million_rows_without_numbers,
    "wide_and_tall": hostile.wide_and_tall,
    "far_cell": hostile.far_cell,
    "overflowing_row": hostile.overflowing_row,
    "overflowing_column": hostile.overflowing_column,
    "echo": hostile.echo,
    "hidden_echo": hostile.hidden_echo,
    "many_parts": hostile.many_parts,
    "old_far_cell": hostile_old.far_cell,
    "old_echo": hostile_old.echo,
    "old_vast_dimensions": hostile_old.vast_dimensions,
    "csv_long_line": hostile_old.long_line,
    "csv_many_rows": hostile_old.many_rows,
    "csv_many_cells": hostile_old.many_cells,
    "csv_one_wide_row": hostile_old.one_wide_row,
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_cannot_be_read_says_what_to_do(name: str):
    make, chinese, english = UNREADABLE[name]
    with pytest.raises(UnreadableWorkbook) as refused:
        sandboxed(make())
    assert chinese in str(refused.value)
    with speaking(ENGLISH):
        assert english in str(refused.value)


@pytest.mark.parametrize("name", TOO_LARGE)
def test_a_file_that_is_too_large_says_what_to_do(name: str):
    content = TOO_LARGE[name]()
    assert len(content) < 10_000_000
    with pytest.raises(TooLarge) as refused:
        sandboxed(content)
    assert "请只保留名册，复制到模板后再传" in str(refused.value)
    with speaking(ENGLISH):
        assert "copy the roster" in str(refused.value).lower()


def largest() -> bytes:
    """As many cells of text as are read at all."""
    rows = b"".join(
        b'<row r="%d">' % n
        + b"".join(b'<c t="str" r="%c%d"><v>%d</v></c>' % (65 + c, n, n) for c in range(10))
        + b"</row>"
        for n in range(3, 149_000)
    )
    return hostile.with_rows(rows)


def largest_csv() -> bytes:
    """As many rows of text as are read at all, in as many bytes."""
    row = ",".join(f"甲{n:04d}" for n in range(6))
    return "".join(f"{row},{n}\n" for n in range(180_000))[: 9_000_000 // 2].encode()[:9_900_000]


MEMORY = {
    **TOO_LARGE,
    "csv_open_quote": hostile_old.open_quote,
    "csv_largest": largest_csv,
    "old_endless_chain": hostile_old.endless_chain,
    "old_many_strings": hostile_old.many_strings,
    "old_grown_formula": hostile_old.grown_formula,
    "overlapping": hostile.overlapping,
    "lying_bomb": hostile.lying_bomb,
    "entities": hostile.entities,
    "same_sheet": hostile.one_sheet_many_times,
    "deeply_nested": hostile.deeply_nested,
    "largest": largest,
}
PROGRAM = """
import sys
from pathlib import Path
from shared.kit.refusals import Refusal
from tests.support.sandboxed_reading import sandboxed, watching
with watching() as peaks:
    try:
        sandboxed(Path(sys.argv[1]).read_bytes())
    except Refusal:
        pass
print(peaks[-1])
"""


@pytest.mark.parametrize("name", MEMORY)
def test_memory_stays_bounded(name: str, tmp_path: Path):
    file = tmp_path / "file.xlsx"
    file.write_bytes(MEMORY[name]())
    argv = [sys.executable, "-W", "ignore", "-c", PROGRAM, str(file)]
    ran = subprocess.run(argv, capture_output=True, text=True, timeout=120, check=True)
    assert int(ran.stdout) < ENOUGH_MEMORY


MENDING = """
import sys
from pathlib import Path
from services.registration.rosters.reading.reader_process import MENDER
from services.registration.rosters.reading.roster import MOST_ROWS
from tests.support.sandboxed_reading import peak, watching
fault = {"sheet": "名册", "column": "姓名", "value": "", "problem": "问题。", "remedy": "改正。"}
fault |= {"also": [], "code": ""}
faults = [fault | {"row": row} for row in range(3, 3 + MOST_ROWS)]
with watching() as peaks:
    assert len(MENDER.mended(Path(sys.argv[1]).read_bytes(), faults)) > 1_000_000
print(peak(), peaks[-1])
"""


def test_giving_the_largest_workbook_back_takes_bounded_memory(tmp_path: Path):
    file = tmp_path / "file.xlsx"
    file.write_bytes(largest())
    argv = [sys.executable, "-W", "ignore", "-c", MENDING, str(file)]
    ran = subprocess.run(argv, capture_output=True, text=True, timeout=300, check=True)
    served, marked = map(int, ran.stdout.split())
    assert served < ENOUGH_MEMORY // 3
    assert marked < MARKING_MEMORY


def test_the_largest_workbook_is_read():
    (sheet,) = read_workbook(largest())
    assert (len(sheet.rows), sheet.rows[-1][-1]) == (148_999, "148999")


@given(st.data())
def test_an_old_workbook_with_wrong_bytes_is_read_or_refused(data: st.DataObject):
    content = bytearray(hostile_old.good_xls())
    for at in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=12)):
        content[at] = data.draw(st.integers(0, 255))
    with contextlib.suppress(UnreadableWorkbook, TooLarge, NoRoster):
        sandboxed(bytes(content))


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: text.encode("gb18030")))
def test_any_bytes_are_a_table_or_refused(content: bytes):
    with contextlib.suppress(UnreadableWorkbook, TooLarge):
        rows = read_workbook(content)[0].rows
        assert len({len(row) for row in rows}) <= 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_table_of_text_is_read_in_all_its_forms(encoding: str, delimiter: str, newline: str):
    rows = [["姓名", "身份证号", "类别"], ["演练 甲", card(1), "户籍"], ["", "", ""]]
    text = newline.join(delimiter.join(cells) for cells in rows) + newline
    (sheet,) = read_workbook(text.encode(encoding))
    assert sheet.rows == rows


def test_text_that_excel_was_told_to_keep_is_the_text():
    rows = read_workbook(f'姓名,身份证号\n甲,"=""{card(1)}"""\n'.encode())[0].rows
    assert rows[1] == ["甲", card(1)]


def test_what_an_old_formula_is_made_of_is_not_written_out():
    assert read_workbook(hostile_old.grown_formula())[0].rows[1][0] == "演练甲"


def test_an_old_formula_is_its_value():
    assert read_workbook(hostile_old.formulas())[0].rows == [[7.0, True, "演练", ""]]


@pytest.mark.parametrize(
    "make", [hostile.deeply_nested, lambda: hostile_old.with_storage("Pictures")]
)
def test_what_else_a_workbook_holds_is_left_alone(make: Callable[[], bytes]):
    assert [line.name for line in sandboxed(make()).lines] == ["演练甲"]


def test_a_formula_is_its_value_and_text_stays_text():
    (sheet,) = read_workbook(hostile.formulas())
    assert [row[0] for row in sheet.rows] == ["姓名", "演练", "=cmd|' /C calc'!A0"]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@"])
def test_a_name_that_a_sheet_would_compute_is_a_fault(sign: str):
    read = read_roster(roster(person(1, f"{sign}SUM(A1)"), person(2, "演练乙")))
    assert [line.name for line in read.lines] == ["演练乙"]
    assert "姓名" in told(read.faults[0])["problem"]


def test_what_the_file_is_called_does_not_matter(tmp_path: Path):
    part = PartUnderTest(tmp_path, "registration")
    wrongly = part.http.form_upload("/api/units/v01/roster", hostile.good(), "roster.xls")
    assert wrongly.status_code == 200, wrongly.text
    rightly = part.http.form_upload("/api/units/v01/roster", b"a,b\n", "roster.xlsx")
    assert "422" in rightly.text
    assert "名册模板" in rightly.text


@pytest.mark.parametrize("make", [hostile.zip_bomb, hostile.entities, hostile.with_macros])
def test_a_refused_file_leaves_nothing_behind(tmp_path: Path, make: Callable[[], bytes]):
    part = PartUnderTest(tmp_path, "registration")
    before = part.app.store.head()
    answer = part.http.upload("/api/units/v01/roster", make())
    assert answer.status_code in (413, 422)
    assert answer.content_type.startswith("application/problem+json")
    assert part.app.store.head() == before
    assert card(1) not in answer.text
