"""Shapes of what is asked of a search for residents."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.registration.search.typed_text import LONGEST

MOST = 20


class Search(Schema):
    """What somebody types to find a resident."""

    text = fields.String(required=True, validate=validate.Length(1, LONGEST))


class Sealed(Schema):
    """What was typed at another part's desk; see `shared.town.privacy.questions`."""

    sealed = fields.String(required=True, validate=validate.Length(1, 4000))


class Reindex(Schema):
    """Up to which resident (by id) the traces are made anew already."""

    after = fields.UUID(load_default=None, allow_none=True)
