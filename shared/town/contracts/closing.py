"""What a site says of the end of its day: closed, opened again, what was looked at before."""

from marshmallow import fields, validate

from shared.kit.contracts import EventSchema, catalogue, required

POINTS = (
    "waiting",
    "observing",
    "expected",
    "counted",
    "vials",
    "held",
    "fridge",
    "reactions",
    "vaccinators",
    "review",
)
"""What is gone through before a day is closed, in this order."""
REVIEWED = ("package", "early", "overridden", "strange", "alike", "loss")
"""What somebody has to look at before a day is closed."""


class _OfDay(EventSchema):
    site = required(fields.String, "stadium")
    day = required(fields.Date, "2024-04-02")


@catalogue.declare("appointments")
class SessionClosed(_OfDay):
    """The site's day is over: nobody is checked in, vaccinated or booked for it any more.

    `people` came, `open` are the points that were left open, for the reason in `note`.
    """

    first = required(fields.Integer, 212)
    second = required(fields.Integer, 398)
    people = required(fields.Integer, 618)
    not_come = required(fields.Integer, 9)
    wasted = required(fields.Integer, 2)
    open = required(fields.List, ["counted"], fields.String(validate=validate.OneOf(POINTS)))
    note = required(fields.String, "the refrigerator is locked already", allow_none=True)


@catalogue.declare("appointments")
class SessionReopened(_OfDay):
    """A day that was closed goes on."""

    reason = required(fields.String, "ten more people have come")


@catalogue.declare("appointments")
class ReviewNoted(_OfDay):
    """Somebody looked at one thing of the day that needs it; `item` tells which of its kind."""

    kind = required(fields.String, "package", validate=validate.OneOf(REVIEWED))
    item = required(fields.String, "package:83301550012345678901:1")
    note = required(fields.String, "the box was scanned twice")
