"""Shapes of the pages that show what several rooms know."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.registration.residents.schemas import COHORT, ResidentRow
from services.registration.residents.status import STATUSES

SORTS = ("unit", "target", "registered", "consented", "first", "second", "coverage")
UNIT_SORTS = (*SORTS, "again")
DONE = ("officers", "docked", "moved", "asked", "tagged", "unlisted")


class Happened(Schema):
    """Something that happened to a resident."""

    at = fields.AwareDateTime()
    source = fields.String()
    position = fields.Integer()
    event = fields.String()
    actor = fields.String()
    facts = fields.Dict()


class AlsoListed(Schema):
    """A second unit that lists a resident (R16)."""

    unit = fields.String()
    tie = fields.String()


class ResidentAnswer(ResidentRow):
    """One resident with everything registration knows."""

    also = fields.List(fields.Nested(AlsoListed))
    cohorts = fields.List(fields.String())
    site = fields.String(allow_none=True)
    phone = fields.String(allow_none=True)
    address = fields.String(allow_none=True)
    card_number = fields.String(allow_none=True)
    records = fields.List(fields.UUID())
    history = fields.List(fields.Nested(Happened))


class ResidentPage(Schema):
    """What has just been done on the resident's page."""

    done = fields.String(
        load_default=None,
        validate=validate.OneOf(
            (
                "consented",
                "declined",
                "erased",
                "contacted",
                "undone",
                "assigned",
                "tagged",
                "unmerged",
            )
        ),
    )


class UnitPage(Schema):
    """Which residents the unit's page shows, and what has just been done."""

    after = fields.UUID(load_default=None)
    status = fields.String(load_default=None, validate=validate.OneOf(STATUSES))
    cohort = fields.String(load_default=None, validate=COHORT)
    done = fields.String(load_default=None, validate=validate.OneOf(DONE))


class TownPage(Schema):
    """In which order the town's page lists the units."""

    sort = fields.String(load_default="unit", validate=validate.OneOf(UNIT_SORTS))
    order = fields.String(load_default="up", validate=validate.OneOf(("up", "down")))
