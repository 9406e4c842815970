"""What registration says of who belongs where: officers, second lists, tags, moved bookings."""

from marshmallow import fields, validate

from shared.kit.contracts.catalogue import EventSchema, catalogue
from shared.town.contracts.registration import RESIDENT, TIES


class _OfUnit(EventSchema):
    unit = fields.String(required=True)


class _OfResident(EventSchema):
    resident = fields.UUID(required=True)


@catalogue.declare(
    "registration",
    example={
        "unit": "v01",
        "chief": "v01-chief",
        "clerk": "v01-clerk",
        "contact_leader": None,
        "since": "2024-04-02",
    },
)
class UnitOfficersNamed(_OfUnit):
    """Who is in charge of a unit from this day on, as logins; null: nobody is named (R14)."""

    chief = fields.String(required=True, allow_none=True)
    clerk = fields.String(required=True, allow_none=True)
    contact_leader = fields.String(required=True, allow_none=True)
    since = fields.Date(required=True)


@catalogue.declare(
    "registration", example={"resident": RESIDENT, "unit": "s01", "tie": "workplace"}
)
class ResidentAlsoListed(_OfResident):
    """A second unit lists the resident too; the unit that registered them counts them (R16)."""

    unit = fields.String(required=True)
    tie = fields.String(required=True, validate=validate.OneOf(TIES))


@catalogue.declare("registration", example={"resident": RESIDENT, "unit": "s01"})
class ResidentUnlisted(_OfResident):
    """A second unit does not list the resident any more."""

    unit = fields.String(required=True)


@catalogue.declare(
    "registration", example={"resident": RESIDENT, "cohorts": ["general", "merchant"]}
)
class CohortsTagged(_OfResident):
    """All cohorts the resident belongs to from now on, the main one first (R20)."""

    cohorts = fields.List(fields.String(), required=True, validate=validate.Length(min=1))


@catalogue.declare(
    "registration",
    example={
        "unit": "v01",
        "from_site": "stadium",
        "to_site": "community",
        "from_day": "2024-04-15",
    },
)
class BookingsMoveOrdered(_OfUnit):
    """The unit's courses not begun, booked from this day on, go to the site it is docked to now."""

    from_site = fields.String(required=True)
    to_site = fields.String(required=True)
    from_day = fields.Date(required=True)


@catalogue.declare(
    "registration",
    example={"resident": RESIDENT, "unit": "v01", "site": "community", "day": "2024-04-16"},
)
class RebookingAsked(_OfResident):
    """This site is asked to book a resident whose booking elsewhere was taken back, from a day on."""

    unit = fields.String(required=True)
    site = fields.String(required=True)
    day = fields.Date(required=True)


@catalogue.declare(
    "registration",
    example={"resident": RESIDENT, "unit": "v01", "site": "stadium", "kept_at": "community"},
)
class BookedTwice(_OfResident):
    """Two sites hold a course of one resident: the course not begun at `site` is to end."""

    unit = fields.String(required=True)
    site = fields.String(required=True)
    kept_at = fields.String(required=True)
