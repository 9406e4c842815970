"""What the office says: the week's progress, and what it was computed from (R26)."""

from marshmallow import fields, validate

from shared.kit.contracts.catalogue import EventSchema, catalogue
from shared.town.contracts.registration import WEEK


class _Doses(EventSchema):
    first = fields.Integer(required=True)
    second = fields.Integer(required=True)


class _DayAtSite(_Doses):
    day = fields.Date(required=True)
    site = fields.String(required=True)


class _UnitProgress(_Doses):
    unit = fields.String(required=True)
    registered = fields.Integer(required=True)
    consented = fields.Integer(required=True)
    declined = fields.Integer(required=True)
    planned = fields.Integer(required=True)


class _SiteProgress(_Doses):
    site = fields.String(required=True)


class Figures(EventSchema):
    """Progress up to and including the week's Sunday, and the week's doses day by day.

    `town`, `sites` and `units` count from the campaign's start; `days` and a unit's `planned`
    (doses in the published weekly plan) are of this week only. Rows are in the order of their
    codes and days; units and sites without anything yet are there with zeros, days are not.
    """

    town = fields.Nested(_Doses, required=True)
    sites = fields.List(fields.Nested(_SiteProgress), required=True)
    units = fields.List(fields.Nested(_UnitProgress), required=True)
    days = fields.List(fields.Nested(_DayAtSite), required=True)


@catalogue.declare(
    "reporting",
    example={
        "week": "2024-W14",
        "positions": {"appointments/stadium": 4711, "registration": 72151, "screening": 910},
        "figures": {
            "town": {"first": 40, "second": 0},
            "sites": [{"site": "stadium", "first": 40, "second": 0}],
            "units": [
                {
                    "unit": "v01",
                    "registered": 1756,
                    "consented": 1700,
                    "declined": 20,
                    "planned": 41,
                    "first": 40,
                    "second": 0,
                }
            ],
            "days": [{"day": "2024-04-02", "site": "stadium", "first": 40, "second": 0}],
        },
    },
)
class WeeklyProgressPublished(EventSchema):
    """The closed week's figures, from exactly these positions of exactly these sources."""

    week = fields.String(required=True, validate=WEEK)
    positions = fields.Dict(
        keys=fields.String(), values=fields.Integer(validate=validate.Range(min=0)), required=True
    )
    figures = fields.Nested(Figures, required=True)
