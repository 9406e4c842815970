"""Shapes of what is asked of a docking and of the bookings that follow it."""

from __future__ import annotations

from marshmallow import Schema, fields

from shared.town.web.free_text import KNOWN_CODE
from shared.town.web.schemas import Done


class Dock(Schema):
    """To which site a unit's people go, from which day on."""

    site = fields.String(required=True, validate=KNOWN_CODE)
    since = fields.Date(required=True)


class MoveBookings(Schema):
    """From which day on bookings move; the docking's first day, if none is given."""

    from_day = fields.Date(load_default=None, allow_none=True)


class DockingPage(Done):
    """Which docking the page previews."""

    site = fields.String(load_default=None, validate=KNOWN_CODE)
    since = fields.Date(load_default=None)
