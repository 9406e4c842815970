"""Shapes of the pages that show what several rooms know."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.registration.residents.schemas import COHORT
from services.registration.residents.status import STATUSES

SORTS = ("unit", "target", "registered", "consented", "first", "second", "coverage")
UNIT_SORTS = (*SORTS, "again")


class UnitPage(Schema):
    """Which residents the unit's page shows; `again_after`: of those to be booked again."""

    after = fields.UUID(load_default=None)
    status = fields.String(load_default=None, validate=validate.OneOf(STATUSES))
    cohort = fields.String(load_default=None, validate=COHORT)
    again_after = fields.UUID(load_default=None)


class TownPage(Schema):
    """In which order the town's page lists the units."""

    sort = fields.String(load_default="unit", validate=validate.OneOf(UNIT_SORTS))
    order = fields.String(load_default="up", validate=validate.OneOf(("up", "down")))
