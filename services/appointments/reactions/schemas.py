"""Shapes of what happened after a dose."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from shared.kit.web.field_errors import said
from shared.town.contracts.reactions import CLASSES, FOUND_BY, OTHER, OUTCOMES, SEVERITIES, SIGNS
from shared.town.web.free_text import CODE, NOTE, not_blank, without_personal_number
from shared.town.web.schemas import Boxes

TEXT = (validate.Length(1, 1000), not_blank, without_personal_number)
_NO_SIGN = said("请至少选一种表现", "choose at least one sign")
_NO_WORDS = said("选了“其他表现”，请写明是什么", "say in words what the other sign is")
_NOTHING = said("没有填写任何新情况", "nothing new was given")


class Signs(Boxes):
    """Signs by their codes, in a form as boxes, and another in words."""

    signs = fields.List(fields.String(validate=validate.OneOf(SIGNS)), load_default=list)
    other = fields.String(load_default=None, validate=NOTE)


class AdverseEvent(Signs):
    """What happened after a dose; one `sign` in words is enough, the rest is of the whole card.

    `onset` and `found` are local times, now when left out; `dose`: another than the last before it.
    """

    severity = fields.String(required=True, validate=validate.OneOf(SEVERITIES))
    sign = fields.String(load_default=None, validate=NOTE)
    dose = fields.Integer(load_default=None, validate=validate.OneOf((1, 2)))
    onset = fields.NaiveDateTime(load_default=None)
    found = fields.NaiveDateTime(load_default=None)
    ended = fields.NaiveDateTime(load_default=None)
    admitted = fields.Boolean(load_default=False)
    concern = fields.Boolean(load_default=False)
    diagnosis = fields.String(load_default=None, validate=NOTE)
    course = fields.String(load_default=None, validate=TEXT)
    outcome = fields.String(load_default="unknown", validate=validate.OneOf(OUTCOMES))
    found_by = fields.String(load_default="staff", validate=validate.OneOf(FOUND_BY))
    classified = fields.String(load_default="not_yet", validate=validate.OneOf(CLASSES))

    @validates_schema
    def has_a_sign(self, values: dict[str, Any], **_: object) -> None:
        """Refuse a card without a sign, and another sign without words."""
        if not (values.get("sign") or values.get("signs") or values.get("other")):
            raise ValidationError(_NO_SIGN, "signs")
        if OTHER in values.get("signs", ()) and not (values.get("other") or values.get("sign")):
            raise ValidationError(_NO_WORDS, "other")


class FollowUp(Schema):
    """What came of a reaction; what is left out is as it was."""

    severity = fields.String(load_default=None, validate=validate.OneOf(SEVERITIES))
    admitted = fields.Boolean(load_default=None)
    concern = fields.Boolean(load_default=None)
    ended = fields.NaiveDateTime(load_default=None)
    diagnosis = fields.String(load_default=None, validate=NOTE)
    course = fields.String(load_default=None, validate=TEXT)
    outcome = fields.String(load_default=None, validate=validate.OneOf(OUTCOMES))
    classified = fields.String(load_default=None, validate=validate.OneOf(CLASSES))

    @validates_schema
    def says_something(self, values: dict[str, Any], **_: object) -> None:
        """Refuse a follow-up that says nothing."""
        if all(value is None for value in values.values()):
            raise ValidationError(_NOTHING, "course")


class ReportedUp(Schema):
    """To whom a reaction was reported, when (now when left out), under which number."""

    at = fields.NaiveDateTime(load_default=None)
    to = fields.String(required=True, validate=NOTE)
    number = fields.String(load_default=None, validate=CODE)
