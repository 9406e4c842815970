"""Shapes of what the first page is asked for."""

from __future__ import annotations

from marshmallow import Schema, fields, validate


class HomePage(Schema):
    """Before which position the page of anomalies begins.

    `stay`: it is asked for by somebody whose work begins on another page, who is led there else.
    """

    before = fields.Integer(load_default=None, validate=validate.Range(1, 2**53))
    stay = fields.Boolean(load_default=False)
