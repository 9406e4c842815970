"""Shapes of what is looked for on the board."""

from __future__ import annotations

from marshmallow import fields, validate

from shared.town.web.charts import Width
from shared.town.web.finding import Wanted


class WantedOnDay(WantedOrNext):
    """Whom a site looks for, those expected on a day first; today when left out."""

    day = fields.Date(load_default=None)


class DayPicture(Width):
    """The day of a chart; today when left out."""

    day = fields.Date(load_default=None)
