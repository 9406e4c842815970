"""Shapes of the ledger's queries."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.supervision.ledger.found import ALL, AM, PM
from services.supervision.ledger.kinds import KINDS


class LedgerPage(Schema):
    """Which part of the ledger."""

    after = fields.Integer(load_default=0, validate=validate.Range(0, 2**53))
    limit = fields.Integer(load_default=100, validate=validate.Range(1, 1000))


class EntriesFound(Schema):
    """What entries are looked for, and which page: the newest, those before or after an entry."""

    day = fields.Date(load_default=None)
    half = fields.String(load_default=None, validate=validate.OneOf((AM, PM)))
    kind = fields.String(load_default=None, validate=validate.OneOf([*KINDS, ALL]))
    unit = fields.String(load_default=None, validate=validate.Length(max=40))
    by = fields.String(load_default=None, validate=validate.Length(max=40))
    before = fields.Integer(load_default=None, validate=validate.Range(1, 2**53))
    after = fields.Integer(load_default=None, validate=validate.Range(1, 2**53))
