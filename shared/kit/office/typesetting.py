"""The process that sets papers: `python -m shared.kit.office.typesetting`.

It is asked over the socket that is its standard input (see `SideProcess`) for one paper after the other,
and answers with the PDF or with nothing. Templates are the house's own and fetch nothing.
"""

from __future__ import annotations

import json
import re
import sys
import traceback
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import typst

from shared.kit.narrowing import is_list, is_mapping
from shared.kit.office.pdf import NO_FONT
from shared.kit.side_process import serve

PACKAGE = "manimgx_fonts_cjk"
"""A package of PyPI that is one file: Noto Sans CJK, licensed openly (OFL)."""
FAMILIES = ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC")
"""The same letters under the names they are given; of these the first that is there."""
STANDARDS: list[typst.PDFStandard] = ["a-2a", "ua-1"]
NO_GLYPH = "〓"
_MISSING = re.compile(r'the text `"((?:[^"\\]|\\.)+)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)")
_SIGNS = {"n": "\n", "r": "\r", "t": "\t", "0": "\0"}
_HERE = Path(__file__).parent
_MOST_ROUNDS = 3


def typeset(asked: bytes) -> bytes:
    """Return a paper as PDF; nothing if it cannot be set, `NO_FONT` if there is nothing to set it with."""
    try:
        template, data, day = json.loads(asked)
        found = fonts()
        if found is None:
            return NO_FONT
        return _compiled(template.encode(), data, day, *found)
    except Exception:
        # Without the message: it may hold what of the paper could not be set.
        traceback.print_tb(sys.exc_info()[2], file=sys.stderr)
        return b""


@cache
def fonts() -> tuple[typst.Fonts, str] | None:
    """Return the fonts to set with and the family among them: the package's, else the system's."""
    spec = find_spec(PACKAGE)
    folders = list(spec.submodule_search_locations or ()) if spec else []
    for each in (
        typst.Fonts(False, False, font_paths=list(folders)),
        typst.Fonts(True, False),
    ):
        for family in FAMILIES:
            if family in each.families():
                return each, family
    return None


def _compiled(
    template: bytes, data: Mapping[str, Any], day: str, found: typst.Fonts, family: str
) -> bytes:
    compiler = typst.Compiler(root=str(_HERE), font_paths=found, ignore_system_fonts=True)
    at = datetime.fromisoformat(day).replace(tzinfo=UTC)
    missing: dict[str, None] = {}
    for _ in range(_MOST_ROUNDS):
        inputs = {"font": family, "data": json.dumps(_shown(data, missing), ensure_ascii=False)}
        try:
            made = compiler.compile(
                template, format="pdf", sys_inputs=inputs, timestamp=at, pdf_standards=STANDARDS
            )
        except typst.TypstError as error:
            new = [each for each in signs_without_glyph(error.diagnostic) if each not in missing]
            if not new:
                raise
            missing |= dict.fromkeys(new)
            continue
        assert isinstance(made, bytes)
        return made
    raise OverflowError(f"after {_MOST_ROUNDS} rounds signs were still without a glyph")


def signs_without_glyph(diagnostic: str) -> Iterable[str]:
    """Return what the compiler says it has no glyph for, as signs."""
    for text in _MISSING.findall(diagnostic):
        yield from _ESCAPED.sub(_sign, text)


def _sign(escaped: re.Match[str]) -> str:
    if escaped[1]:
        return chr(int(escaped[1], 16))
    return _SIGNS.get(escaped[2], escaped[2])


def _shown(data: Mapping[str, Any], missing: Iterable[str]) -> dict[str, Any]:
    """The data as they can be set, and which signs cannot."""
    table = str.maketrans(dict.fromkeys(missing, NO_GLYPH))
    codes = [f"U+{ord(sign):04X}" for sign in missing]
    return {**{name: _without(value, table) for name, value in data.items()}, "missing": codes}


def _without(value: Any, table: dict[int, str]) -> Any:
    if isinstance(value, str):
        return value.translate(table)
    if is_list(value):
        return [_without(each, table) for each in value]
    if is_mapping(value):
        return {name: _without(each, table) for name, each in value.items()}
    return value


if __name__ == "__main__":
    serve(typeset)
