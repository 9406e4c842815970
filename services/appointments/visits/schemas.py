"""Shapes of visits."""

from __future__ import annotations

from marshmallow import Schema, fields

from shared.town.web.free_text import CODE, SIGNATURE


class Dose(Schema):
    """From which batch, and by whom, the due dose is given."""

    batch = fields.String(required=True, validate=CODE)
    vaccinator = fields.String(required=True, validate=SIGNATURE)
