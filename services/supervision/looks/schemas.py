"""Shapes of the looks' queries."""

from __future__ import annotations

from marshmallow import Schema, fields, validate


class LooksWanted(Schema):
    """Whose looks: of an account, or at a resident; the newest 500."""

    login = fields.String(load_default=None, validate=validate.Length(max=40))
    resident = fields.UUID(load_default=None)


class LooksPage(LooksWanted):
    """Whose looks, and which page of them."""

    page = fields.Integer(load_default=1, validate=validate.Range(1, 10_000))
