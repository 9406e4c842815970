"""Shapes of searches for residents over HTTP."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.registration.residents.status import STATUSES
from services.registration.search.typed_text import LONGEST

MOST = 20


class Search(Schema):
    """What somebody types to find a resident."""

    text = fields.String(required=True, validate=validate.Length(1, LONGEST))


class Reindex(Schema):
    """Up to which resident (by id) the traces are made anew already."""

    after = fields.UUID(load_default=None, allow_none=True)


class FoundRow(Schema):
    """One resident found; the number shows its last four characters only."""

    resident = fields.UUID()
    name = fields.String(allow_none=True)
    birth_date = fields.Date()
    sex = fields.String()
    unit = fields.String()
    unit_name_zh = fields.String()
    unit_name_en = fields.String()
    status = fields.String(validate=validate.OneOf(STATUSES))
    number = fields.String(allow_none=True)


class Found(Schema):
    """Who was found; `more` tells that there are others, so that more has to be typed."""

    residents = fields.List(fields.Nested(FoundRow))
    more = fields.Boolean()
