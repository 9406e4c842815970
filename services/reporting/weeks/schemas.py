"""Shapes of reporting's HTTP bodies and answers."""

from __future__ import annotations

from marshmallow import Schema, fields

from shared.town.contracts.reporting import Figures


class WeekReport(Schema):
    """A week's figures, and the positions of the sources they were computed from."""

    week = fields.String(required=True)
    closed = fields.Boolean(required=True)
    positions = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    figures = fields.Nested(Figures, required=True)
