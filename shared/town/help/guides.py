"""Guides: the first day of each role (`docs/first-day`), as they are shown inside the product."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markupsafe import Markup

from shared.kit import language
from shared.town.access.roles import ROLES

FOLDER = Path(__file__).parent / "first_day"
_MARKDOWN = MarkdownIt("js-default")  # of which HTML is text, and links lead to no script
_DEEPER = {"h1": "h2", "h2": "h3"}  # a page has its own first heading


def html_of(text: str) -> str:
    """Return a guide's Markdown as HTML; what is HTML in it is shown as it is written."""
    tokens = _MARKDOWN.parse(text)
    for token in tokens:
        token.tag = _DEEPER.get(token.tag, token.tag)
    return str(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))


@cache
def guides() -> tuple[str, ...]:
    """Return the roles that have a guide, in the order of the roles."""
    return tuple(role for role in ROLES if _file(role, language.ENGLISH).exists())


def guide(role: str) -> Markup | None:
    """Return a role's guide in the language that is spoken, else in English; None if it has none."""
    return _read(role, language.current()) if role in guides() else None


@cache
def _read(role: str, code: str) -> Markup:
    file = _file(role, code)
    known = file if file.exists() else _file(role, language.ENGLISH)
    # Of this product's own files; what is HTML in them is written as text.
    return Markup(html_of(known.read_text(encoding="utf-8")))  # nosec B704


def _file(role: str, code: str) -> Path:
    return FOLDER / f"{role}.{code}.md"
