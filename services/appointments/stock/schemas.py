"""Shapes of what is told of batches."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from shared.kit.web.field_errors import said
from shared.town.web.free_text import CODE, NOTE

# It stands in an address: no part of it is empty or begins with a dot.
IN_ADDRESS = validate.Regexp(
    r"^(?!\.)[^/]+(/(?!\.)[^/]+)*$",
    error=said(
        "批号不能以 / 或 . 开头，不能以 / 结尾",
        "a batch number does not begin with / or ., nor end with /",
    ),
)
MANY = validate.Range(1, 1_000_000)


class BatchBody(Schema):
    """A batch that arrived; `expiry` is the last day it may be given."""

    batch = fields.String(required=True, validate=(*CODE, IN_ADDRESS))
    product = fields.String(required=True, validate=CODE)
    doses = fields.Integer(required=True, validate=MANY)
    expiry = fields.Date(required=True)


class Waste(Schema):
    """Doses written off."""

    doses = fields.Integer(required=True, validate=MANY)
    reason = fields.String(required=True, validate=NOTE)


class Recall(Schema):
    """Why a batch is recalled."""

    reason = fields.String(required=True, validate=NOTE)
