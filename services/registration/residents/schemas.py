"""Shapes of what is asked and said of residents: lists, answers, cohorts."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, pre_load, validate, validates_schema

from services.registration.residents.status import STATUSES
from services.registration.words import COHORT_WORDS
from shared.town.contracts.registration import DECLINE_REASONS, WEEK
from shared.town.web.free_text import CODE, KNOWN_CODE

PAGE = 100
LARGEST_PAGE = 1000
LARGEST_BATCH = 5000
COHORT = validate.OneOf(tuple(COHORT_WORDS))
TICKED = "is_"


class UnitAnswer(Schema):
    """A unit and how many of its people stand where."""

    unit = fields.String()
    kind = fields.String()
    name_zh = fields.String()
    name_en = fields.String()
    site = fields.String()
    target = fields.Integer()
    registered = fields.Integer()
    consented = fields.Integer()
    declined = fields.Integer()
    first = fields.Integer()
    second = fields.Integer()
    also = fields.Integer()  # listed here, counted by another unit (R16)


class Units(Schema):
    """All units in the plan's order."""

    units = fields.List(fields.Nested(UnitAnswer))


class ListPage(Schema):
    """Which residents of a unit."""

    after = fields.UUID(load_default=None)
    limit = fields.Integer(load_default=PAGE, validate=validate.Range(1, LARGEST_PAGE))
    status = fields.String(load_default=None, validate=validate.OneOf(STATUSES))
    cohort = fields.String(load_default=None, validate=COHORT)


class ResidentRow(Schema):
    """A resident in a list: one status, and what it follows from."""

    resident = fields.UUID()
    unit = fields.String()  # the one that counts them
    name = fields.String(allow_none=True)
    sex = fields.String()
    birth_date = fields.Date()
    cohort = fields.String()
    tie = fields.String()
    status = fields.String(validate=validate.OneOf(STATUSES))
    wished_week = fields.String(allow_none=True)
    wished_site = fields.String(allow_none=True)
    decline_reason = fields.String(allow_none=True)
    until = fields.Date(allow_none=True)
    reasons = fields.List(fields.String())
    first_day = fields.Date(allow_none=True)
    second_day = fields.Date(allow_none=True)
    erased = fields.Date(allow_none=True)
    retained_until = fields.Date(allow_none=True)
    merged_into = fields.UUID(allow_none=True)


class Residents(Schema):
    """A page of residents; `next` is the `after` of the next page, or null."""

    residents = fields.List(fields.Nested(ResidentRow))
    next = fields.UUID(allow_none=True)


class Consent(Schema):
    """A consent to be vaccinated; without a site, where the unit is docked."""

    wished_week = fields.String(required=True, validate=WEEK)
    wished_site = fields.String(load_default=None, allow_none=True, validate=CODE)


class Consented(Schema):
    """The consent as it stands."""

    wished_week = fields.String()
    wished_site = fields.String(allow_none=True)
    resident = fields.UUID()
    status = fields.String()


class Decline(Schema):
    """A refusal to be vaccinated now."""

    reason = fields.String(required=True, validate=validate.OneOf(DECLINE_REASONS))


class Declined(Decline):
    """The refusal as it stands."""

    resident = fields.UUID()
    status = fields.String()


class AnswerLine(Schema):
    """One resident's answer: a consent with a week, or a decline with a reason."""

    resident = fields.UUID(required=True)
    answer = fields.String(required=True, validate=validate.OneOf(("consent", "decline")))
    wished_week = fields.String(validate=WEEK)
    reason = fields.String(validate=validate.OneOf(DECLINE_REASONS))

    @validates_schema
    def _complete(self, data: dict[str, Any], **_: Any) -> None:
        wanted, other = "wished_week", "reason"
        if data["answer"] == "decline":
            wanted, other = other, wanted
        if wanted not in data:
            raise ValidationError({wanted: ["required with this answer"]})
        if other in data:
            raise ValidationError({other: ["not with this answer"]})


class Answers(Schema):
    """Answers of residents of one unit."""

    answers = fields.List(
        fields.Nested(AnswerLine), required=True, validate=validate.Length(1, LARGEST_BATCH)
    )


class AnswersTaken(Schema):
    """How many answers were new, by kind, and how many were known."""

    consented = fields.Integer()
    declined = fields.Integer()
    unchanged = fields.Integer()


class Unlist(Schema):
    """Whom a unit does not list any more."""

    resident = fields.UUID(required=True)


class Unlisted(Unlist):
    """Whom it does not list any more; `told`: whether this was news."""

    unit = fields.String()
    told = fields.Boolean()


class Tags(Schema):
    """All cohorts a resident belongs to; a form ticks `is_<cohort>`."""

    cohorts = fields.List(
        fields.String(validate=CODE), required=True, validate=validate.Length(1, 20)
    )

    @pre_load
    def _ticked(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        ticked = [name.removeprefix(TICKED) for name in data if name.startswith(TICKED)]
        return {"cohorts": ticked} if ticked else data


class Tagged(Schema):
    """The cohorts as they stand, the main one first; `told`: whether this was news."""

    resident = fields.UUID()
    cohorts = fields.List(fields.String())
    told = fields.Boolean()


class CohortRow(Schema):
    """How far one cohort is (R20)."""

    cohort = fields.String()
    people = fields.Integer()
    consented = fields.Integer()
    first = fields.Integer()
    second = fields.Integer()
    percent = fields.Float()


class Cohorts(Schema):
    """Coverage of every cohort; who is in two counts in each, and once in `people`."""

    cohorts = fields.List(fields.Nested(CohortRow))
    people = fields.Integer()


class OfUnit(Schema):
    """Of which unit; of the town, if none is given."""

    unit = fields.String(load_default=None, validate=KNOWN_CODE)
