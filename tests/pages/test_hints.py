"""Hints: a line under what is not obvious on a form, and empty lists that say what to do first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from jinja2 import nodes

from deploy.parts import PARTS, assembly
from shared.town.web import pages

# What stands for a value there is none of: nothing is missing that somebody could do.
VALUES = {"全镇", "全部", "无"}
DOES = re.compile("请|自动|会|可以")


def files() -> Iterator[Path]:
    for service in PARTS:
        for folder in (*assembly(service).pages, pages.FRAME):
            yield from sorted(folder.glob("*.html"))


def of_empty_lists() -> Iterator[tuple[str, str]]:
    jinja = pages.environment(())
    for file in files():
        for loop in jinja.parse(file.read_text(encoding="utf-8")).find_all(nodes.For):
            for part in loop.else_:
                said = [each.value for each in part.find_all(nodes.Const) if _is_han(each.value)]
                if said and said[0] not in VALUES:
                    yield file.name, "".join(said)


def _is_han(value: object) -> bool:
    return isinstance(value, str) and re.search("[一-鿿]", value) is not None


def test_every_empty_list_says_who_has_to_do_what():
    found = set(of_empty_lists())
    assert len(found) > 12
    assert sorted(each for each in found if not DOES.search(each[1])) == []


def test_every_hint_is_read_with_its_field():
    hints = [
        (file.name, hint, f'aria-describedby="{hint}-hint"' in text)
        for file in files()
        for text in [file.read_text(encoding="utf-8")]
        for hint in re.findall(r'\bhint\("([\w-]+)"', text)
    ]
    assert len(hints) > 5
    assert [each for each in hints if not each[2]] == []
