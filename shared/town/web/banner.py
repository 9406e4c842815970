"""The banner: what was done, told on the page that follows, and to whoever did it alone."""

from __future__ import annotations

from uuid import UUID

from shared.kit.web.done import Done, told
from shared.kit.web.edge import Edge
from shared.kit.web.way_back import telling
from shared.town import request_context


def told_by(edge: Edge) -> Done | None:
    """Return what the address of the page that is shown tells its visitor."""
    asked = request_context.current()
    return told(asked.page, edge.signature, edge.work.now()) if asked else None


def told_about(edge: Edge) -> UUID | None:
    """Return the resident of whom the page that is shown tells something."""
    done = told_by(edge)
    return UUID(done.about) if done and done.about else None


def page_telling(edge: Edge, address: str, done: Done) -> str:
    """Return the address of a page that tells the visitor what was done."""
    return telling(address, done, edge.signature, edge.work.now())
