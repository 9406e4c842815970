"""What a site says of its syringes; how many it used follows from the doses it gave."""

from __future__ import annotations

from marshmallow import fields, validate

from shared.kit.contracts import EventSchema, catalogue, required

SPOILT = ("damaged", "unsterile", "expired", "other")


class _OfDay(EventSchema):
    site = required(fields.String, "stadium")
    day = required(fields.Date, "2024-04-02")


@catalogue.declare("appointments")
class SyringesReceived(_OfDay):
    """Syringes came, under a delivery note's number, if it has one."""

    syringes = required(fields.Integer, 5000)
    note = required(fields.String, "D-2024-0032", allow_none=True)


@catalogue.declare("appointments")
class SyringesWasted(_OfDay):
    """Syringes left the stock without giving a dose."""

    syringes = required(fields.Integer, 2)
    reason = required(fields.String, "damaged", validate=validate.OneOf(SPOILT))
    note = required(fields.String, None, allow_none=True)


@catalogue.declare("appointments")
class SyringesCounted(_OfDay):
    """Syringes were counted; the books, which had `expected`, follow the count.

    `expected` is below zero where doses were given before syringes were recorded.
    """

    counted = required(fields.Integer, 4997)
    expected = required(fields.Integer, 4998)
    explanation = required(fields.String, "a box was torn", allow_none=True)
