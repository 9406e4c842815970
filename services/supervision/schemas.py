"""Shapes of supervision's queries."""

from __future__ import annotations

from marshmallow import Schema, fields, validate


class LedgerPage(Schema):
    """Which part of the ledger."""

    after = fields.Integer(load_default=0, validate=validate.Range(0, 2**53))
    limit = fields.Integer(load_default=100, validate=validate.Range(1, 1000))


class AsOf(Schema):
    """The day up to whose end things are looked at; today when left out."""

    as_of = fields.Date(load_default=None)


class WeekWanted(Schema):
    """An ISO week."""

    week = fields.String(
        required=True, validate=validate.Regexp(r"^\d{4}-W(0[1-9]|[1-4]\d|5[0-3])$")
    )


class Done(Schema):
    """What a page has just done."""

    done = fields.String(load_default=None, validate=validate.Length(max=40))
