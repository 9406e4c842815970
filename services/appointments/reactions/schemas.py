"""Shapes of what happened after a dose."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from shared.town.web.free_text import NOTE


class AdverseEvent(Schema):
    """What happened after a dose."""

    severity = fields.String(required=True, validate=validate.OneOf(("mild", "severe")))
    sign = fields.String(required=True, validate=NOTE)
