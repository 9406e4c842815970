"""Shapes of the weekly plan."""

from __future__ import annotations

from marshmallow import Schema, fields

from shared.town.contracts.registration import WEEK


class PlanWeek(Schema):
    """An ISO week; the present one when left out."""

    week = fields.String(load_default=None, validate=WEEK)
