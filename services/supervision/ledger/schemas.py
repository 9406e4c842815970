"""Shapes of the ledger's queries."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.supervision.ledger.found import AM, PM
from services.supervision.ledger.kinds import KINDS


class LedgerPage(Schema):
    """Which part of the ledger."""

    after = fields.Integer(load_default=0, validate=validate.Range(0, 2**53))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 1000))
