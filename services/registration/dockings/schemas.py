"""Shapes of what is asked and said of a docking and of the bookings that follow it."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from shared.town.web.free_text import KNOWN_CODE

DONE = ("docked", "moved")


class Dock(Schema):
    """To which site a unit's people go, from which day on."""

    site = fields.String(required=True, validate=KNOWN_CODE)
    since = fields.Date(required=True)


class Docked(Dock):
    """The docking as it was told; `told`: whether this was news."""

    unit = fields.String()
    told = fields.Boolean()


class MovingRow(Schema):
    """Bookings of one day and dose that would move."""

    site = fields.String()
    day = fields.Date()
    dose = fields.Integer()
    bookings = fields.Integer()


class StayingRow(Schema):
    """People whose course has begun at a site, and stays there."""

    site = fields.String()
    people = fields.Integer()


class DockPreview(Dock):
    """What a docking would mean for those who are booked elsewhere."""

    unit = fields.String()
    now = fields.String()
    people = fields.Integer()
    moving = fields.List(fields.Nested(MovingRow))
    staying = fields.List(fields.Nested(StayingRow))


class MoveBookings(Schema):
    """From which day on bookings move; the docking's first day, if none is given."""

    from_day = fields.Date(load_default=None, allow_none=True)


class MoveOrdered(Schema):
    """Which sites were told to give back, and how many courses not begun are known there."""

    unit = fields.String()
    to_site = fields.String()
    from_day = fields.Date()
    ordered = fields.List(fields.String())
    people = fields.Integer()


class AskedAgain(Schema):
    """How many people the site was asked to book again."""

    unit = fields.String()
    asked = fields.Integer()


class AgainRow(Schema):
    """Somebody to be booked again; `reason`: what the site said, null while it says nothing."""

    resident = fields.UUID()
    site = fields.String()
    day = fields.Date()
    reason = fields.String(allow_none=True)


class ToBeBookedAgain(Schema):
    """Everybody of a unit whose booking was taken back and who has none since."""

    residents = fields.List(fields.Nested(AgainRow))


class DockingPage(Schema):
    """Which docking the page previews."""

    site = fields.String(load_default=None, validate=KNOWN_CODE)
    since = fields.Date(load_default=None)
    done = fields.String(load_default=None, validate=validate.OneOf(DONE))
