"""Shapes of what is asked of versions of the rules."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.screening.rules import loading


class OfVersion(Schema):
    """A version of the rules; the one that judges now when left out."""

    version = fields.String(
        load_default=loading.CURRENT, validate=validate.OneOf(tuple(loading.versions()))
    )
