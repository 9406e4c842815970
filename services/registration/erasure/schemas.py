"""Shape of what is asked when a resident is forgotten."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from shared.town.contracts.registration import ERASE_REASONS


class Erase(Schema):
    """A wish to be forgotten, or a duty to forget."""

    reason = fields.String(required=True, validate=validate.OneOf(ERASE_REASONS))
