"""Registration's pages: the common frame with this team's words, and the search box for who may."""

from __future__ import annotations

from typing import Any

from services.registration.permissions import SEARCHER
from services.registration.words import WORDS
from shared.town.privacy import ERASED
from shared.town.web.web import Web


def render(web: Web, template: str, **values: Any) -> str:
    """Render a page of registration."""
    roles = web.visitor.roles() if web.visitor else frozenset[str]()
    frame = {
        "words": WORDS,
        "erased_text": ERASED,
        "may_search": bool(roles & {*SEARCHER.roles}),
        "search_first": False,
        "typed": "",
    }
    return web.render(template, **frame | values)
