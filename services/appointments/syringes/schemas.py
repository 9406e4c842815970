"""Shapes of what is told of syringes."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from shared.town.contracts.syringes import SPOILT
from shared.town.web.free_text import CODE, NOTE

MANY = validate.Range(1, 1_000_000)


class Delivery(Schema):
    """Syringes that came, and the number of the delivery note, if it has one."""

    syringes = fields.Integer(required=True, validate=MANY)
    note = fields.String(load_default=None, validate=CODE)


class Spoilt(Schema):
    """Syringes thrown away, and why."""

    syringes = fields.Integer(required=True, validate=MANY)
    reason = fields.String(required=True, validate=validate.OneOf(SPOILT))
    note = fields.String(load_default=None, validate=NOTE)


class Count(Schema):
    """Syringes counted; `expected`: what the books had then. A difference is explained."""

    counted = fields.Integer(required=True, validate=validate.Range(0, 1_000_000))
    expected = fields.Integer(load_default=None)
    explanation = fields.String(load_default=None, validate=NOTE)
