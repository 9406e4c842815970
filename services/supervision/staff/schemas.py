"""Shapes of staff accounts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, pre_load, validate

from shared.kit.web.field_errors import said
from shared.town.access.roles import ROLES
from shared.town.contracts.access import LOCK_REASONS
from shared.town.web.free_text import CODE, SIGNATURE, without_personal_number
from shared.town.web.schemas import VERSION

_LOGIN = validate.Regexp(
    r"^[a-z0-9][a-z0-9._-]{1,39}$",
    error=said(
        "应为小写字母、数字、点、横线，2 到 40 个",
        "lower-case letters, digits, . _ - (2 to 40)",
    ),
)


_GRANTED = validate.Regexp(r"^[a-z_]{1,40} [a-z0-9:._-]{1,40}$")


class Enrolment(Schema):
    """A new account; `post` says what the person does ("东河村主任"), never a name."""

    login = fields.String(required=True, validate=_LOGIN)
    post = fields.String(required=True, validate=SIGNATURE)


class GrantBody(Schema):
    """A role in a scope: unit:v01, list:v01 (own list there), site:stadium or town.

    A page's form chooses both at once: `granted`, "unit_cadre unit:v01"; a button of a list names
    the version it was shown at as well, "unit_cadre unit:v01 7"; a form that asks for the place
    sends "unit_cadre unit" and a `place`, which may be a code, a name or so much of it that no
    other place has it.
    """

    @pre_load
    def _both(self, data: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        said = dict(data)
        chosen = str(said.pop("granted", "")).split(" ")
        named = dict(zip(("role", "scope", "version"), chosen, strict=False))
        return named | said if len(chosen) > 1 else said

    role = fields.String(required=True, validate=validate.OneOf(list(ROLES)))
    scope = fields.String(required=True, validate=CODE)
    place = fields.String(
        load_default="", validate=(validate.Length(max=60), without_personal_number)
    )


class Granting(GrantBody):
    """A role to be granted, or taken back."""

    version = VERSION


class Change(GrantBody):
    """A role instead of a `former` one: "unit_cadre unit:v01"."""

    former = fields.String(required=True, validate=_GRANTED)
    version = VERSION


class People(GrantBody):
    """A role for everybody on a list: a line a person, login and post."""

    people = fields.String(required=True, validate=validate.Length(1, 10_000))


class StaffPage(Schema):
    """Accounts in the order of their logins, beginning `after` one."""

    after = fields.String(load_default="", validate=validate.Length(max=40))


class StaffFound(StaffPage):
    """Of them those in whose login, post or roles the words of `q` stand."""

    q = fields.String(load_default="", validate=validate.Length(max=60))


class Lock(Schema):
    """Why an account is locked."""

    reason = fields.String(required=True, validate=validate.OneOf(LOCK_REASONS))
