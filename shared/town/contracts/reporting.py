"""What the office says: the week's progress, and what it was computed from (R26)."""

from marshmallow import fields, validate

from shared.kit.contracts import EventSchema, catalogue, required
from shared.town.contracts.registration import WEEK


class _Doses(EventSchema):
    first = required(fields.Integer, 40)
    second = required(fields.Integer, 0)


class _DayAtSite(_Doses):
    day = required(fields.Date, "2024-04-02")
    site = required(fields.String, "stadium")


class _UnitProgress(_Doses):
    unit = required(fields.String, "v01")
    registered = required(fields.Integer, 1756)
    consented = required(fields.Integer, 1700)
    declined = required(fields.Integer, 20)
    planned = required(fields.Integer, 41)


class _SiteProgress(_Doses):
    site = required(fields.String, "stadium")


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


@catalogue.declare("reporting")
class WeeklyProgressPublished(EventSchema):
    """The closed week's figures, from exactly these positions of exactly these sources."""

    week = required(fields.String, "2024-W14", validate=WEEK)
    positions = required(
        fields.Dict,
        {"appointments/stadium": 4711, "registration": 72151, "screening": 910},
        keys=fields.String(),
        values=fields.Integer(validate=validate.Range(min=0)),
    )
    figures = fields.Nested(Figures, required=True)
