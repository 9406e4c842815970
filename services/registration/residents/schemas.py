"""Shapes of what is asked of residents: lists, answers, cohorts."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, pre_load, validate, validates_schema

from services.registration.residents.status import STATUSES
from shared.kit.web.field_errors import said
from shared.town.contracts.registration import DECLINE_REASONS, WEEK
from shared.town.terms.residents import COHORTS
from shared.town.web.free_text import CODE, KNOWN_CODE

PAGE = 100
LARGEST_PAGE = 1000
LARGEST_BATCH = 5000
COHORT = validate.OneOf(tuple(COHORTS))
TICKED, WILLING = "is_", "willing."
NEEDED = said("这种答复要填写这一项。", "required with this answer")
TOO_MUCH = said("这种答复不填这一项。", "not with this answer")


class ListPage(Schema):
    """Which residents of a unit."""

    after = fields.UUID(load_default=None)
    limit = fields.Integer(load_default=PAGE, validate=validate.Range(1, LARGEST_PAGE))
    status = fields.String(load_default=None, validate=validate.OneOf(STATUSES))
    cohort = fields.String(load_default=None, validate=COHORT)


class Consent(Schema):
    """A consent to be vaccinated; without a site, where the unit is docked."""

    wished_week = fields.String(required=True, validate=WEEK)
    wished_site = fields.String(load_default=None, allow_none=True, validate=CODE)


class Decline(Schema):
    """A refusal to be vaccinated now."""

    reason = fields.String(required=True, validate=validate.OneOf(DECLINE_REASONS))


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
            raise ValidationError({wanted: [NEEDED]})
        if other in data:
            raise ValidationError({other: [TOO_MUCH]})


class Answers(Schema):
    """Answers of residents of one unit; a form ticks `willing.<id>` and says one week for all."""

    answers = fields.List(
        fields.Nested(AnswerLine), required=True, validate=validate.Length(1, LARGEST_BATCH)
    )

    @pre_load
    def _ticked(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        if "wished_week" not in data:
            return data
        willing = [name.removeprefix(WILLING) for name in data if name.startswith(WILLING)]
        said = {"answer": "consent", "wished_week": data["wished_week"]}
        return {"answers": [said | {"resident": resident} for resident in willing]}


class Unlist(Schema):
    """Whom a unit does not list any more."""

    resident = fields.UUID(required=True)


class Tags(Schema):
    """All cohorts a resident belongs to; a form ticks `is_<cohort>`."""

    cohorts = fields.List(
        fields.String(validate=CODE), required=True, validate=validate.Length(1, 20)
    )

    @pre_load
    def _ticked(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        ticked = [name.removeprefix(TICKED) for name in data if name.startswith(TICKED)]
        return {"cohorts": ticked} if ticked else data


class OfUnit(Schema):
    """Of which unit; of the town, if none is given."""

    unit = fields.String(load_default=None, validate=KNOWN_CODE)
