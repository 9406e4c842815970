"""Shapes of who is sent on, and where."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from shared.town.web.free_text import KNOWN_CODE, NOTE

MOST_AT_ONCE = 50


class SendingOn(Schema):
    """To which site somebody is sent, and why if it matters."""

    to = fields.String(required=True, validate=KNOWN_CODE)
    reason = fields.String(load_default=None, validate=NOTE)


class SendingSeveral(SendingOn):
    """Several people at once."""

    residents = fields.List(fields.UUID(), required=True, validate=validate.Length(1, MOST_AT_ONCE))
