"""A paper: one page of A4, its words to be searched, the same bytes twice, hostile names only names."""

from __future__ import annotations

import io
import os
import re
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from shared.kit import side_worker
from shared.kit.language import speaking
from shared.kit.office import pdf, typesetting
from shared.kit.office.pdf import NoFont, NotSet, pdf_of
from tests.support.papers import text_of

ROOT = Path(__file__).parent.parent.parent
DAY = date(2024, 4, 2)
HOSTILE = (
    '#panic("x")',
    '"); #eval("1+1") //',
    '#import "@preview/cetz:0.3.0"',
    '#read("/etc/passwd")',
    "= 标题",
    "*粗* _斜_ $x^2$ `raw` <label> @ref ~ \\ --",
    "[] {} () /* // */",
    "{{ 7 * 7 }} <script>alert(1)</script>",
)


def paper(name: str = "王小明", **more: Any) -> dict[str, Any]:
    facts = [["姓名", name], ["单位", "向阳小学"], ["出生日期", "2000-01-02"]]
    about = {"title": "知情同意书", "number": "编号 1", "facts": facts, "foot": "vaxledger"}
    rows = {"columns": ["问题", "回答"], "rows": [["发热", "否"]], "signs": ["医生"], "day": "日期"}
    return about | rows | more


def set_here(**more: Any) -> bytes:
    return pdf_of("tests.office", "plain", paper(**more), DAY)


def test_a_paper_is_one_page_of_a4_whose_words_can_be_searched():
    made = PdfReader(io.BytesIO(set_here()))
    (page,) = made.pages
    assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)
    said = text_of(set_here())
    assert all(each in said for each in ("知情同意书", "王小明", "向阳小学", "发热", "医生"))
    assert made.metadata is not None
    assert made.metadata.title == "知情同意书"


def test_the_same_data_make_the_same_bytes_in_another_process_too():
    first = set_here()
    assert set_here() == first
    pdf.SETTER.end()
    assert set_here() == first
    assert set_here(name="李四") != first


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_a_name_whatever_signs_are_in_it(name: str):
    said = "".join(text_of(set_here(name=name)).split())
    assert "".join(name.split()) in said


def test_names_with_rare_signs_are_drawn():
    said = text_of(set_here(name="王𬍛 李㛃 𠮷野 𬎆䶮㑇"))
    assert all(each in said for each in "𬍛㛃𠮷𬎆䶮㑇")
    assert "〓" not in said


def test_signs_without_a_glyph_are_printed_as_such_and_named_in_the_foot():
    said = text_of(set_here(name="王ᠮ\ufffd😀"))
    assert "王〓〓〓" in said.replace(" ", "")
    assert all(code in said for code in ("U+182E", "U+FFFD", "U+1F600"))
    assert "请手写补上" in said
    with speaking("en"):
        assert "written in by hand" in text_of(set_here(name="王ᠮ"))


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\u200b", "\u202e", "\ud800", "\n", "\r\n", "'"])
def test_signs_that_are_no_letters_break_nothing(sign: str):
    assert "王小" in text_of(set_here(name=f"王小{sign}明"))


def test_a_paper_reaches_for_nothing_and_does_nothing():
    made = set_here(name="http://example.com/ javascript:alert(1)")
    for action in (b"/URI", b"/JavaScript", b"/JS", b"/Launch", b"/OpenAction", b"/EmbeddedFile"):
        assert action not in made
    templates = [each for top in ("shared", "services") for each in (ROOT / top).rglob("*.typ")]
    assert templates
    for each in templates:
        source = re.sub(r"(?m)//.*$", "", each.read_text())
        assert not re.search(r"\b(import|include|read|image|plugin|eval)\b|@", source), each


def test_templates_say_nothing_themselves():
    for top in ("shared", "services"):
        for each in (ROOT / top).rglob("*.typ"):
            source = re.sub(r"(?m)//.*$", "", each.read_text())
            assert not re.search(r"[\u3000-\u9fff]", source), each


def test_without_a_font_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(typesetting, "FAMILIES", ("No such font",))
    typesetting.fonts.cache_clear()
    try:
        assert typesetting.typeset(b'["", {}, "2024-04-02"]') == pdf.NO_FONT
    finally:
        typesetting.fonts.cache_clear()
    monkeypatch.setattr(pdf.SETTER, "ask", lambda _: pdf.NO_FONT)
    with pytest.raises(NoFont) as refused:
        set_here()
    assert refused.value.status == 503
    assert "fonts-noto-cjk" in str(refused.value)


def test_without_the_package_the_font_of_the_system_is_taken(monkeypatch: pytest.MonkeyPatch):
    if not list(Path("/usr/share/fonts").rglob("NotoSansCJK*")):
        pytest.skip("this system has none")
    monkeypatch.setattr(typesetting, "find_spec", lambda _: None)
    typesetting.fonts.cache_clear()
    try:
        found = typesetting.fonts()
    finally:
        typesetting.fonts.cache_clear()
    assert found is not None
    assert found[1] == "Noto Sans CJK SC"


def test_a_wrong_paper_is_refused_without_its_text_and_the_next_is_set(
    capfd: pytest.CaptureFixture[str],
):
    with pytest.raises(NotSet):
        set_here(facts="王小明的秘密")
    assert "秘密" not in capfd.readouterr().err
    assert set_here()


def test_a_process_that_is_gone_is_followed_by_another():
    set_here()
    assert pdf.SETTER.pid
    os.kill(pdf.SETTER.pid, signal.SIGKILL)
    with pytest.raises(NotSet):
        set_here()
    assert set_here()


def test_the_process_ends_before_it_has_kept_many_names(monkeypatch: pytest.MonkeyPatch):
    pdf.SETTER.end()
    monkeypatch.setattr(pdf.SETTER, "_lasts", 2)
    monkeypatch.setattr(pdf.SETTER, "_answers", 0)
    set_here()
    assert pdf.SETTER.pid
    set_here()
    assert pdf.SETTER.pid is None
    assert set_here()


def test_nobody_waits_long_for_anothers_paper(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(side_worker, "MOST_WAITING_SECONDS", 0.01)
    with pdf.SETTER.turn(), pytest.raises(NotSet):
        set_here()


def test_a_page_is_set_in_less_than_a_second():
    set_here()
    began = time.monotonic()
    for number in range(5):
        set_here(name=f"王{number}")
    assert time.monotonic() - began < 5


def test_who_serves_does_not_load_what_sets():
    code = (
        "import sys; from shared.kit.office.pdf import pdf_of;"
        "print({'typst', 'manimgx_fonts_cjk'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
