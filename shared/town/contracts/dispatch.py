"""What is said when one site sends somebody on to another: each sending of a person has its number."""

from marshmallow import fields, validate

from shared.kit.contracts import EventSchema, catalogue, required
from shared.town.contracts.registration import RESIDENT, OfResident

_NUMBER = validate.Range(1)


class _OfASite(EventSchema):
    site = required(fields.String, "stadium")
    resident = required(fields.UUID, RESIDENT)
    unit = required(fields.String, "v01")


@catalogue.declare("appointments")
class ResidentSentOn(_OfASite):
    """The site gives somebody to another for a day, and serves them no more from here on (R17)."""

    day = required(fields.Date, "2024-04-02")
    to_site = required(fields.String, "community")
    number = required(fields.Integer, 1, validate=_NUMBER)
    reason = required(fields.String, "a long queue", allow_none=True)


@catalogue.declare("appointments")
class ResidentWantedBack(_OfASite):
    """A site would like back whom it has sent on; whoever has begun stays where they are."""

    number = required(fields.Integer, 1, validate=_NUMBER)


@catalogue.declare("registration")
class ResidentSentTo(OfResident):
    """This site serves the resident from here on, whom `from_site` has given away for this day.

    `alone`: the person alone goes there, wherever the unit does; else the unit goes there too.
    """

    unit = required(fields.String, "v01")
    site = required(fields.String, "community")
    from_site = required(fields.String, "stadium")
    day = required(fields.Date, "2024-04-02")
    number = required(fields.Integer, 1, validate=_NUMBER)
    alone = required(fields.Boolean, True)


@catalogue.declare("registration")
class SendingBackAsked(OfResident):
    """This site is asked to give a resident back, unless they have begun there."""

    unit = required(fields.String, "v01")
    site = required(fields.String, "community")
    to_site = required(fields.String, "stadium")
    number = required(fields.Integer, 1, validate=_NUMBER)
