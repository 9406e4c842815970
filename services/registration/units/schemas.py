"""Shapes of what is asked and said of the campaign and its units."""

from __future__ import annotations

from marshmallow import Schema, fields

from shared.town.web.free_text import CODE

LOGIN = CODE


class CampaignAnswer(Schema):
    """The campaign's goal and dates (R01, R02, R05)."""

    name_zh = fields.String()
    name_en = fields.String()
    start = fields.Date()
    end = fields.Date()
    first_dose_cutoff = fields.Date()
    population = fields.Integer()
    head_count_target = fields.Integer()
    coverage_target = fields.Float()


class Officers(Schema):
    """Who stands for a unit from a day on (today, if none is given); a post left out is vacant."""

    chief = fields.String(load_default=None, allow_none=True, validate=LOGIN)
    clerk = fields.String(load_default=None, allow_none=True, validate=LOGIN)
    contact_leader = fields.String(load_default=None, allow_none=True, validate=LOGIN)
    since = fields.Date(load_default=None, allow_none=True)


class OfficersNow(Schema):
    """The logins named for a unit, and since when; `told`: whether this was news."""

    unit = fields.String()
    chief = fields.String(allow_none=True)
    clerk = fields.String(allow_none=True)
    contact_leader = fields.String(allow_none=True)
    since = fields.Date(allow_none=True)
    told = fields.Boolean()


class OfficersNamed(Schema):
    """One entry of the history of officers."""

    chief = fields.String(allow_none=True)
    clerk = fields.String(allow_none=True)
    contact_leader = fields.String(allow_none=True)
    since = fields.Date()
    at = fields.AwareDateTime()
    actor = fields.String()


class OfficersHistory(Schema):
    """Who was named for a unit, the newest first."""

    history = fields.List(fields.Nested(OfficersNamed))


class DockingTold(Schema):
    """One entry of the history of dockings."""

    site = fields.String()
    since = fields.Date()
    at = fields.AwareDateTime()
    actor = fields.String()


class DockingHistory(Schema):
    """A unit's dockings, the newest first, and the site on the day asked for."""

    unit = fields.String()
    day = fields.Date()
    site = fields.String()
    history = fields.List(fields.Nested(DockingTold))


class OnDay(Schema):
    """The site on which day (today, if none is given)."""

    day = fields.Date(load_default=None)
