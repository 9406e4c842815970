"""Shapes of a site's HTTP bodies and answers."""

from __future__ import annotations

from datetime import date

from marshmallow import Schema, fields, validate

from shared.town.contracts.appointments import CANCEL_REASONS, TIME
from shared.town.contracts.registration import WEEK
from shared.town.web.finding import Wanted
from shared.town.web.free_text import CODE, NOTE, SIGNATURE

MANY = validate.Range(1, 1_000_000)

# A link between two records cancels by itself; nobody gives it as a reason.
ASKED_REASONS = [reason for reason in CANCEL_REASONS if reason != "merged"]


class BatchBody(Schema):
    """A batch that arrived; `expiry` is the last day it may be given."""

    batch = fields.String(required=True, validate=CODE)
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


class BatchAnswer(Schema):
    """A batch: received = used + wasted + left."""

    batch = fields.String(required=True)
    product = fields.String(required=True)
    received = fields.Integer(required=True)
    used = fields.Integer(required=True)
    wasted = fields.Integer(required=True)
    left = fields.Integer(required=True)
    expiry = fields.Date(required=True)
    recalled = fields.Raw(required=True)


class SessionsBody(Schema):
    """Sessions to open, a day each."""

    from_day = fields.Date(required=True)
    to_day = fields.Date(required=True)
    product = fields.String(required=True, validate=CODE)


class Booking(Schema):
    """Book the dose that is due between two days; `override` passes the cut-off with a reason."""

    resident = fields.UUID(required=True)
    from_day = fields.Date(required=True)
    to_day = fields.Date(load_default=None)
    time = fields.String(load_default=None, validate=TIME)
    override = fields.String(load_default=None, validate=NOTE)


class AppointmentLine(Schema):
    """One standing appointment."""

    dose = fields.Integer(required=True)
    day = fields.Date(required=True)
    time = fields.String(required=True)
    product = fields.String(required=True)


class BookingAnswer(Schema):
    """What stands for a resident."""

    resident = fields.UUID(required=True)
    appointments = fields.List(fields.Nested(AppointmentLine), required=True)
    second_dose = fields.String(required=True)
    second_due_from = fields.Date(required=True, allow_none=True)


class Move(Schema):
    """Another day and slot; the dose that is due when none is named."""

    dose = fields.Integer(load_default=None, validate=validate.OneOf((1, 2)))
    day = fields.Date(required=True)
    time = fields.String(required=True, validate=TIME)


class Cancel(Schema):
    """Why an appointment is cancelled."""

    dose = fields.Integer(load_default=None, validate=validate.OneOf((1, 2)))
    reason = fields.String(required=True, validate=validate.OneOf(ASKED_REASONS))


class Dose(Schema):
    """From which batch, and by whom, the due dose is given."""

    batch = fields.String(required=True, validate=CODE)
    vaccinator = fields.String(required=True, validate=SIGNATURE)


class AdverseEvent(Schema):
    """What happened after a dose."""

    severity = fields.String(required=True, validate=validate.OneOf(("mild", "severe")))
    sign = fields.String(required=True, validate=NOTE)


class OnDay(Schema):
    """A day; today when left out."""

    day = fields.Date(load_default=None)
    done = fields.String(load_default=None, validate=validate.Length(max=40))


class WantedOnDay(Wanted):
    """Whom a site looks for among those expected on a day; today when left out."""

    day = fields.Date(load_default=None)


def day_of(text: str) -> date:
    """Read the day in an address; raise `ValidationError`."""
    return fields.Date(required=True).deserialize(text)


class Between(Schema):
    """Days; `to` is included."""

    from_ = fields.Date(data_key="from", load_default=None)
    to = fields.Date(load_default=None)
    done = fields.String(load_default=None, validate=validate.Length(max=40))


class PlanWeek(Schema):
    """An ISO week; the present one when left out."""

    week = fields.String(load_default=None, validate=WEEK)
    done = fields.String(load_default=None, validate=validate.Length(max=40))
