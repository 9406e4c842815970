"""Whatever takes the version that a page was shown at gets it from every form of every page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from deploy.containers import service_class
from deploy.parts import SERVICES
from shared.kit.web.nameko_service import declarations

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted(
    [*ROOT.glob("services/**/pages/*.html"), *ROOT.glob("shared/**/templates/*.html")]
)
# Their whole address is given to them, with the fields that go with it.
GIVEN = {
    "base.html": "told.undo",
    "confirm.html": "action",
    "lifting.html": "why a finding is taken back",
    "person_search.html": "searches",
    "stock.html": "waste, recall",
}


def taking_versions() -> set[str]:
    """The addresses of commands that take a version, each with something for what it names."""
    return {
        re.sub("<[^>]+>", "x", each.url)
        for service in SERVICES
        for each in declarations(service_class(service))
        if each.body is not None and "version" in each.body().fields
    }


def asked(template: str) -> Iterator[tuple[str, bool]]:
    """Where a template's forms and buttons lead to, and whether a version goes along."""
    html = re.sub(r"{%.*?%}", "", re.sub(r"{{(.*?)}}", _as_wildcard, template))
    for form in BeautifulSoup(html, "html.parser").select("form[method=post]"):
        along = form.find(attrs={"name": "version", "type": "hidden"}) is not None
        if form.get("action"):
            yield str(form["action"]), along
        for button in form.select("[formaction]"):
            yield str(button["formaction"]), along or _names_version(button)


def _as_wildcard(expression: re.Match[str]) -> str:
    return "*version*" if "version" in expression[1] else "*"


def _names_version(button: Tag) -> bool:
    return "version" in f"{button.get('name')} {button.get('value')}"


def test_there_are_such_commands():
    assert {"/api/residents/x/unmerge", "/api/staff/x/grant"} <= taking_versions()


def test_a_form_without_a_version_is_found():
    version = '<input type="hidden" name="version">'
    forms = (
        f'<form method=post action="/a/{{{{ b }}}}"></form><form method=post action=/c>{version}'
    )
    assert list(asked(forms)) == [("/a/*", False), ("/c", True)]
    pressed = '<form method=post><button formaction="/d" name="granted" value="{{ r }} {{ versions[x] }}">'
    assert list(asked(pressed)) == [("/d", True)]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda each: f"{each.parts[-3]}-{each.stem}")
def test_every_form_sends_the_version_it_was_shown_at(template: Path):
    without = [
        address
        for address, along in asked(template.read_text(encoding="utf-8"))
        if not along and any(fnmatch(url, address) for url in taking_versions())
    ]
    known = ["*"] * len(without) if template.name in GIVEN else []
    assert without == known


def test_every_command_that_takes_a_version_has_a_form():
    found = {address for each in TEMPLATES for address, _ in asked(each.read_text("utf-8"))} - {"*"}
    assert [url for url in taking_versions() if not any(fnmatch(url, each) for each in found)] == []
