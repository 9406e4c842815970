"""Shapes of what is asked of imports over HTTP."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from shared.town.terms.rosters import ROW_GROUPS


class ImportPage(Schema):
    """Which group of a result the page shows, and from which row of it on."""

    group = fields.String(load_default=None, validate=validate.OneOf(ROW_GROUPS))
    after = fields.Integer(load_default=0, validate=validate.Range(0, 1_000_000))
