"""Shapes of what is asked of sessions."""

from __future__ import annotations

from marshmallow import Schema, fields

from shared.town.web.free_text import CODE


class SessionsBody(Schema):
    """Sessions to open, a day each."""

    from_day = fields.Date(required=True)
    to_day = fields.Date(required=True)
    product = fields.String(required=True, validate=CODE)


class Between(Schema):
    """Days; `to` is included."""

    from_ = fields.Date(data_key="from", load_default=None)
    to = fields.Date(load_default=None)
