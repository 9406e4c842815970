"""Shapes of registration's requests and answers over HTTP."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from services.registration.standing import STATUSES
from services.registration.words import COHORT_WORDS
from shared.town.contracts.registration import DECLINE_REASONS, ERASE_REASONS, KEY_CLASSES, WEEK
from shared.town.web.free_text import CODE

PAGE = 100
LARGEST_PAGE = 1000
LARGEST_BATCH = 5000
# <resident>.<class>.<version>
KEY_NAME = validate.Regexp(r"^[0-9a-f-]{36}\.(facts|contact)\.[0-9]{1,9}$")
SORTS = ("unit", "target", "registered", "consented", "first", "second", "coverage")


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
    cohort = fields.String(load_default=None, validate=validate.OneOf(tuple(COHORT_WORDS)))


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


class Erase(Schema):
    """A wish to be forgotten, or a duty to forget."""

    reason = fields.String(required=True, validate=validate.OneOf(ERASE_REASONS))


class ErasedAnswer(Schema):
    """What was destroyed, and what the law retains until when."""

    resident = fields.UUID()
    status = fields.String(validate=validate.OneOf(("erased", "already_erased")))
    records = fields.List(fields.UUID())
    destroyed = fields.List(fields.String(validate=validate.OneOf(KEY_CLASSES)))
    retained = fields.List(fields.String(validate=validate.OneOf(KEY_CLASSES)))
    retained_until = fields.Date(allow_none=True)
    because = fields.String(allow_none=True)


class KeysWanted(Schema):
    """Keys a service needs; `nonce` is given back by the sealing of the answer."""

    keys = fields.List(
        fields.String(validate=KEY_NAME), required=True, validate=validate.Length(max=LARGEST_BATCH)
    )
    nonce = fields.String(required=True, validate=validate.Length(16, 64))
