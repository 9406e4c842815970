"""PDF: a paper from a room's template and data, set in a process beside the one that serves.

    content = pdf_of(__package__, "consent_form", {"title": t("…", "…"), "facts": [["姓名", name]]}, day)

The template is `pages/consent_form.typ` of the room, in Typst, and begins where `paper.typ` beside this
file ends: with `data` and the parts of a paper. It lays out; what is said comes as data and is never
read as source, so a name with # or " in it is a name. The same data makes the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from shared.kit import language
from shared.kit.language import t
from shared.kit.refusals import refusal
from shared.kit.side_worker import SideWorker

PROGRAM = "shared.kit.office.typesetting"
MOST_BYTES = 8_000_000
NO_FONT = b"no font"
"""What the process answers where it has nothing to write Chinese with."""

NotSet = refusal(
    "not-set",
    503,
    zh="PDF 没有生成，请稍后再试；急用时请直接打印网页。",
    en="The PDF was not made. Try again later, or print the page itself.",
    doc="The process that sets papers has ended or failed.",
)
NoFont = refusal(
    "no-font",
    503,
    zh="服务器上没有中文字体，不能生成 PDF。请管理员安装软件包 fonts-noto-cjk，再试一次。",
    en="The server has no Chinese font, so no PDF can be made. Have its administrator install the"
    " package fonts-noto-cjk, then try again.",
)

# The compiler keeps what it has set, names with it, and grows by 100 kB a paper.
SETTER = SideWorker(PROGRAM, NotSet, MOST_BYTES, idle=60, lasts=200)
"""Sets papers for all parts of this process."""


def pdf_of(package: str, name: str, data: Mapping[str, Any], day: date) -> bytes:
    """Return a paper as PDF, accessible and fit for archives (PDF/UA-1, PDF/A-2a).

    `data` are JSON's values with a `title`, perhaps a `foot` for each page; `day` is the one the paper
    is of. What the font has no glyph for is printed as 〓, and the foot says which that were.
    Raises `NotSet`, `NoFont`.
    """
    note = t(
        "字体中没有、印作“〓”的字，请手写补上：",
        "Printed as 〓 for want of a glyph, to be written in by hand:",
    )
    told = {**data, "lang": language.tag(), "missing_note": note}
    asked = json.dumps([_template(package, name), told, day.isoformat()], ensure_ascii=False)
    with SETTER.turn():
        answer = SETTER.ask(asked.encode("utf-8", "replace"))
    if answer == NO_FONT:
        raise NoFont
    return answer


@cache
def _template(package: str, name: str) -> str:
    begins = files("shared.kit.office").joinpath("paper.typ").read_text("utf-8")
    return begins + files(package).joinpath("pages", f"{name}.typ").read_text("utf-8")
