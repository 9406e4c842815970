"""No workbook we write computes anything on the computer of whoever opens it."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

from services.registration.rosters.reading.roster_template import roster_template
from shared.kit.office.workbooks import new_workbook, write_text
from tests.support.hostile import SHEET, parts_of

ROOT = Path(__file__).parent.parent.parent
DANGEROUS = ["=1+1", "+1", "-1", "@SUM(1)", "\tx", "\rx", "=cmd|' /C calc'!A0", "{=1}", "00042"]


def computed(content: bytes) -> list[str]:
    """The parts in which something is computed, linked or run."""
    return [
        name
        for name, part in parts_of(content).items()
        if re.search(rb"<f[ />]|<hyperlink|<ddeLink", part) or "vba" in name
    ]


@pytest.mark.parametrize("text", [*DANGEROUS, "http://x.invalid/", "mailto:x@x.invalid"])
def test_a_text_stays_a_text(text: str):
    file = io.BytesIO()
    with new_workbook(file) as book:
        sheet = book.add_worksheet()
        write_text(sheet, 0, 0, text)
        sheet.write_row(1, 0, [text])
        sheet.merge_range(2, 0, 2, 3, text)
    assert computed(file.getvalue()) == []
    sheet_xml = parts_of(file.getvalue())[SHEET]
    for place in (b"A1", b"A2", b"A3"):
        cell = re.search(rb'<c r="%s"[^>]*>' % place, sheet_xml)
        assert cell is not None
        assert b't="s"' in cell[0]


def test_the_library_alone_would_make_a_formula():
    from xlsxwriter import Workbook

    file = io.BytesIO()
    with Workbook(file) as book:
        book.add_worksheet().write_row(0, 0, ["=1+1"])
    assert computed(file.getvalue()) == [SHEET]


def test_the_roster_template_computes_nothing():
    assert computed(roster_template()) == []


def test_workbooks_are_written_by_the_one_helper_only():
    writers = [
        str(file.relative_to(ROOT))
        for folder in ("services", "shared", "deploy")
        for file in (ROOT / folder).rglob("*.py")
        if re.search(r"^\s*(from|import) xlsxwriter", file.read_text(), re.MULTILINE)
    ]
    # The rehearsal's rosters hold invented people only and are written by write_string.
    assert sorted(writers) == ["deploy/rehearsal/rosters.py", "shared/kit/office/workbooks.py"]
