"""Shapes of what is asked to be booked."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from shared.town.contracts.appointments import CANCEL_REASONS, TIME
from shared.town.web.free_text import NOTE

# A link between two records cancels by itself; nobody gives it as a reason.
ASKED_REASONS = [reason for reason in CANCEL_REASONS if reason != "merged"]


class Booking(Schema):
    """Book the dose that is due between two days; `override` passes the cut-off with a reason."""

    resident = fields.UUID(required=True)
    from_day = fields.Date(required=True)
    to_day = fields.Date(load_default=None)
    time = fields.String(load_default=None, validate=TIME)
    override = fields.String(load_default=None, validate=NOTE)


class Move(Schema):
    """Another day and slot; the dose that is due when none is named."""

    dose = fields.Integer(load_default=None, validate=validate.OneOf((1, 2)))
    day = fields.Date(required=True)
    time = fields.String(required=True, validate=TIME)


class Cancel(Schema):
    """Why an appointment is cancelled."""

    dose = fields.Integer(load_default=None, validate=validate.OneOf((1, 2)))
    reason = fields.String(required=True, validate=validate.OneOf(ASKED_REASONS))
