"""Shapes of what is looked for on the board."""

from __future__ import annotations

from marshmallow import fields

from shared.town.web.finding import Wanted


class WantedOnDay(Wanted):
    """Whom a site looks for among those expected on a day; today when left out."""

    day = fields.Date(load_default=None)
