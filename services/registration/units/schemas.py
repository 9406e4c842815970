"""Shapes of what is asked of units."""

from __future__ import annotations

from marshmallow import Schema, fields

from shared.town.web.free_text import CODE


class Officers(Schema):
    """Who stands for a unit from a day on (today, if none is given); a post left out is vacant."""

    chief = fields.String(load_default=None, allow_none=True, validate=CODE)
    clerk = fields.String(load_default=None, allow_none=True, validate=CODE)
    contact_leader = fields.String(load_default=None, allow_none=True, validate=CODE)
    since = fields.Date(load_default=None, allow_none=True)


class OnDay(Schema):
    """The site on which day (today, if none is given)."""

    day = fields.Date(load_default=None)
