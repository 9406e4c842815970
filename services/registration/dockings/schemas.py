"""Shapes of what is asked of a docking and of the bookings that follow it."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.registration.residents.schemas import LARGEST_PAGE, PAGE
from shared.town.web.free_text import KNOWN_CODE
from shared.town.web.schemas import Boxes

MOST_UNITS = 200


class Dock(Schema):
    """To which site a unit's people go, from which day on."""

    site = fields.String(required=True, validate=KNOWN_CODE)
    since = fields.Date(required=True)


class DockAll(Boxes, Dock):
    """To which site several units' people go, from which day on; a form ticks `units.<code>`."""

    units = fields.List(
        fields.String(validate=KNOWN_CODE), required=True, validate=validate.Length(1, MOST_UNITS)
    )


class MoveBookings(Schema):
    """From which day on bookings move; the docking's first day, if none is given."""

    from_day = fields.Date(load_default=None, allow_none=True)


class AgainPage(Schema):
    """After whom the page of those to be booked again begins, and how many it shows."""

    after = fields.UUID(load_default=None)
    limit = fields.Integer(load_default=PAGE, validate=validate.Range(1, LARGEST_PAGE))


class DockingsPage(Boxes):
    """Which dockings the page of all units previews."""

    units = fields.List(fields.String(validate=KNOWN_CODE), load_default=list)
    site = fields.String(load_default=None, validate=KNOWN_CODE)
    since = fields.Date(load_default=None)


class DockingPage(Schema):
    """Which docking the page previews."""

    site = fields.String(load_default=None, validate=KNOWN_CODE)
    since = fields.Date(load_default=None)
