"""Shapes of what is ordered of stock."""

from __future__ import annotations

from marshmallow import Schema, fields

from shared.town.web.free_text import CODE, NOTE


class RecallBody(Schema):
    """Which batch of which product no site may give any more, and why."""

    batch = fields.String(required=True, validate=CODE)
    product = fields.String(required=True, validate=CODE)
    reason = fields.String(required=True, validate=NOTE)
