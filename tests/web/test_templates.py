"""Templates: every word of the language that a page uses is there, before anybody opens the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from jinja2 import nodes

from shared.kit.web.pages import TEMPLATES
from shared.town.web.pages import FRAME, environment

ROOT = Path(__file__).parents[2]
ALL = sorted(
    each for folder in ("services", "shared") for each in (ROOT / folder).rglob("templates/*.html")
) + sorted((ROOT / "services").rglob("pages/*.html"))


def missing(source: str) -> Iterator[str]:
    """What a template asks of the modules it is given that they do not have."""
    jinja = environment(())
    for asked in jinja.parse(source).find_all(nodes.Getattr):
        of = jinja.globals.get(asked.node.name) if isinstance(asked.node, nodes.Name) else None
        if isinstance(of, ModuleType) and not hasattr(of, asked.attr):
            yield f"{of.__name__}.{asked.attr}"


def test_the_templates_are_found():
    assert len(ALL) > 50
    assert {TEMPLATES, FRAME} <= {each.parent for each in ALL}


def test_a_word_that_is_not_there_is_found():
    assert list(missing("{{ language.coma() }} {{ language.tag() }}")) == [
        "shared.kit.language.coma"
    ]


@pytest.mark.parametrize("template", ALL, ids=lambda each: str(each.relative_to(ROOT)))
def test_a_template_compiles_and_asks_for_words_that_are_there(template: Path):
    source = template.read_text(encoding="utf-8")
    environment((template.parent,)).compile(source)
    assert list(missing(source)) == []


@pytest.mark.parametrize("template", ALL, ids=lambda each: str(each.relative_to(ROOT)))
def test_no_address_makes_a_page_say_that_something_was_done(template: Path):
    """The one banner is signed; whatever else stands in an address could be typed by hand."""
    said = template.read_text(encoding="utf-8")
    assert re.findall(r"[?&;](?:done|just)=|{% if done\b|\bdone ==", said) == []
