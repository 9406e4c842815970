"""What registration says of who belongs where: officers, second lists, tags, moved bookings."""

from marshmallow import fields, validate

from shared.kit.contracts import EventSchema, catalogue, required
from shared.town.contracts.registration import RESIDENT, TIES, OfResident, OfUnit


@catalogue.declare("registration")
class UnitOfficersNamed(OfUnit):
    """Who is in charge of a unit from this day on, as logins; null: nobody is named (R14)."""

    chief = required(fields.String, "v01-chief", allow_none=True)
    clerk = required(fields.String, "v01-clerk", allow_none=True)
    contact_leader = required(fields.String, None, allow_none=True)
    since = required(fields.Date, "2024-04-02")


@catalogue.declare("registration")
class ResidentAlsoListed(OfResident):
    """A second unit lists the resident too; the unit that registered them counts them (R16)."""

    unit = required(fields.String, "s01")
    tie = required(fields.String, "workplace", validate=validate.OneOf(TIES))


@catalogue.declare("registration")
class ResidentUnlisted(OfResident):
    """A second unit does not list the resident any more."""

    unit = required(fields.String, "s01")


@catalogue.declare("registration")
class CohortsTagged(OfResident):
    """All cohorts the resident belongs to from now on, the main one first (R20)."""

    cohorts = required(
        fields.List, ["general", "merchant"], fields.String(), validate=validate.Length(min=1)
    )


@catalogue.declare("registration")
class BookingsMoveOrdered(OfUnit):
    """The unit's courses not begun, booked from this day on, go to the site it is docked to now."""

    from_site = required(fields.String, "stadium")
    to_site = required(fields.String, "community")
    from_day = required(fields.Date, "2024-04-15")


class _FirstDose(EventSchema):
    resident = required(fields.UUID, RESIDENT)
    day = required(fields.Date, "2024-04-02")
    product = required(fields.String, "CoronaVac")


@catalogue.declare("registration")
class CoursesKept(OfUnit):
    """Of a unit that goes elsewhere, or will: whose courses have begun at `site` and go on there (R15).

    The sites that the unit comes to give none of these people a first dose.
    """

    site = required(fields.String, "stadium")
    doses = fields.List(fields.Nested(_FirstDose), required=True)


@catalogue.declare("registration")
class RebookingAsked(OfResident):
    """This site is asked to book a resident whose booking elsewhere was taken back, from a day on."""

    unit = required(fields.String, "v01")
    site = required(fields.String, "community")
    day = required(fields.Date, "2024-04-16")


@catalogue.declare("registration")
class BookedTwice(OfResident):
    """Two sites hold a course of one resident: the course not begun at `site` is to end."""

    unit = required(fields.String, "v01")
    site = required(fields.String, "stadium")
    kept_at = required(fields.String, "community")
