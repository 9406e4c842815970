"""Shapes of staff accounts."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from shared.kit.web.field_errors import said
from shared.town.access.roles import ROLES
from shared.town.contracts.access import LOCK_REASONS
from shared.town.web.free_text import CODE, SIGNATURE

_LOGIN = validate.Regexp(
    r"^[a-z0-9][a-z0-9._-]{1,39}$",
    error=said(
        "应为小写字母、数字、点、横线，2 到 40 个",
        "lower-case letters, digits, . _ - (2 to 40)",
    ),
)


class Enrolment(Schema):
    """A new account; `post` says what the person does ("东河村主任"), never a name."""

    login = fields.String(required=True, validate=_LOGIN)
    post = fields.String(required=True, validate=SIGNATURE)


class GrantBody(Schema):
    """A role in a scope: unit:v01, list:v01 (own list there), site:stadium or town."""

    role = fields.String(required=True, validate=validate.OneOf(list(ROLES)))
    scope = fields.String(required=True, validate=CODE)


class Lock(Schema):
    """Why an account is locked."""

    reason = fields.String(required=True, validate=validate.OneOf(LOCK_REASONS))
