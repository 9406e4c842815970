"""Shapes of what is asked of taking back."""

from __future__ import annotations

from marshmallow import Schema, fields, validate


class TakeBack(Schema):
    """Taking an import back as it was previewed: `people` are those taken back and restored."""

    people = fields.Integer(required=True, validate=validate.Range(0, 1_000_000))


class TakeBackOne(Schema):
    """Taking an entry back; `version` is that of the record, as the entry or a page told it."""

    version = fields.Integer(required=True, validate=validate.Range(min=1))


class Preview(Schema):
    """From which of those who stay on the page shows them."""

    after = fields.Integer(load_default=0, validate=validate.Range(0, 1_000_000))
