"""The help page of every part: guides of one's own roles, those of others, and the rules."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from shared.kit.web.endpoints import Endpoints
from shared.town.access import PUBLIC
from shared.town.access.roles import ROLES
from shared.town.help.guides import guide, guides
from shared.town.terms.rules import RULES
from shared.town.web.web import Web

endpoints = Endpoints()


class WhoseDay(Schema):
    """A role whose guide is wanted; without one, the reader's own."""

    role = fields.String(load_default=None, validate=validate.OneOf(guides()))


@endpoints.page("/help", allow=PUBLIC, params=WhoseDay)
def help_page(web: Web, role: str | None) -> str:
    """Show how a first day goes, and how the figures are counted."""
    granted = {each.role for each in web.visitor.grants} if web.visitor else set[str]()
    shown = [each for each in guides() if (each == role if role else each in granted)]
    return web.render(
        "help.html",
        shown=[guide(each) for each in shown],
        others=[ROLES[each] for each in guides() if each not in shown],
        rules=RULES.values(),
    )
