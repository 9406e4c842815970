"""Shapes of what is looked for on the board."""

from __future__ import annotations

from marshmallow import fields, validate

from shared.town.terms.visits import APPOINTMENTS
from shared.town.web.charts import Width
from shared.town.web.finding import WantedOrNext
from shared.town.web.schemas import OfDay

_PLACE = validate.Regexp(r"^(\d+ \d\d:\d\d [0-9a-f-]{36})?$")
"""Of a row among a day's: its rank, slot and resident."""


class WantedOnDay(WantedOrNext):
    """Whom a site looks for, those expected on a day first; today when left out."""

    day = fields.Date(load_default=None)


class DayPicture(Width):
    """The day of a chart; today when left out.

    `of` is the moment of the page, so that a browser asks again once that has renewed itself.
    """

    day = fields.Date(load_default=None)
    of = fields.String(load_default="", validate=validate.Regexp(r"^(\d\d:\d\d)?$"))


class Board(OfDay):
    """A day's people: those in one status, or all; the next page begins after a row."""

    status = fields.String(load_default=None, validate=validate.OneOf(tuple(APPOINTMENTS)))
    after = fields.String(load_default="", validate=_PLACE)
