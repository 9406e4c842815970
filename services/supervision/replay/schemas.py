"""Shapes of what a replay is asked for."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.supervision.people.schemas import REASON


class AsOf(Schema):
    """The day up to whose end things are looked at; today when left out."""

    as_of = fields.Date(load_default=None)


class HistoryPage(AsOf):
    """A day, and which page: at most `limit` events, of those `before` an entry of the ledger."""

    before = fields.Integer(load_default=None, validate=validate.Range(1, 2**53))
    limit = fields.Integer(load_default=100, validate=validate.Range(1, 1000))


class HistoryShown(AsOf):
    """A day, and which page, for a page that people look at: it weighs little."""

    before = fields.Integer(load_default=None, validate=validate.Range(1, 2**53))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 1000))


class WeekWanted(Schema):
    """An ISO week."""

    week = fields.String(
        required=True, validate=validate.Regexp(r"^\d{4}-W(0[1-9]|[1-4]\d|5[0-3])$")
    )


class Opening(Schema):
    """Why an auditor opens an identity."""

    reason = fields.String(required=True, validate=REASON)
