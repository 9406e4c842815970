"""Shape of what is typed to find somebody."""

from __future__ import annotations

from marshmallow import fields, validate

from shared.town.web.finding import Wanted
from shared.town.web.free_text import without_personal_number

REASON = (validate.Length(10, 200), without_personal_number)
"""Why somebody who sees no names by role sees one: it is recorded with the look."""


def _if_given(reason: str) -> None:
    for check in REASON if reason else ():
        check(reason)


class Sought(Wanted):
    """What is typed, and why: by name or number whoever sees no names by role finds nobody without."""

    reason = fields.String(load_default="", validate=(validate.Length(max=200), _if_given))
