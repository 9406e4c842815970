"""Shapes of what the first page is asked for."""

from __future__ import annotations

from marshmallow import Schema, fields, validate


class HomePage(Schema):
    """Before which position the page of anomalies begins."""

    before = fields.Integer(load_default=None, validate=validate.Range(1, 2**53))
