"""Shapes of signing in and of staff accounts."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.supervision.credentials import MOST_LENGTH
from shared.town.access.roles import ROLES
from shared.town.contracts.access import LOCK_REASONS
from shared.town.web.free_text import CODE, SIGNATURE, without_personal_number

_SECRET = validate.Length(1, MOST_LENGTH)
_LOGIN = validate.Regexp(
    r"^[a-z0-9][a-z0-9._-]{1,39}$",
    error="小写字母、数字、点、横线，2 到 40 个 lower-case letters, digits, . _ - (2 to 40)",
)


ADDRESS = validate.Regexp(r"^(https?://[^\s]{1,1900}|/[^\s]{0,1900})?$", error="an address")


class Done(Schema):
    """What has just been done."""

    done = fields.String(load_default=None, validate=validate.Length(max=40))


class Arriving(Done):
    """Where to go on after signing in."""

    next = fields.String(load_default="", validate=ADDRESS)
    login = fields.String(load_default="", validate=validate.Length(max=40))


class SignIn(Schema):
    """Who signs in; `next` is an address of one of the deployment's parts."""

    login = fields.String(required=True, validate=validate.Length(1, 40))
    password = fields.String(required=True, validate=_SECRET)
    next = fields.String(load_default="", validate=validate.Length(max=2000))


class FirstSignIn(Schema):
    """A one-time code is turned into a password."""

    login = fields.String(required=True, validate=validate.Length(1, 40))
    code = fields.String(required=True, validate=validate.Length(1, 40))
    password = fields.String(required=True, validate=_SECRET)
    next = fields.String(load_default="", validate=validate.Length(max=2000))


class PasswordChange(Schema):
    """The password that was, and the one that shall be."""

    current = fields.String(required=True, validate=_SECRET)
    password = fields.String(required=True, validate=_SECRET)


class TokenWanted(Schema):
    """A program signs in."""

    login = fields.String(required=True, validate=validate.Length(1, 40))
    password = fields.String(required=True, validate=_SECRET)


class Token(Schema):
    """A bearer token for every part, good for `expires_in` seconds; renew it before."""

    token = fields.String(required=True)
    expires_in = fields.Integer(required=True)


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


class GrantAnswer(Schema):
    """One grant."""

    role = fields.String(required=True)
    scope = fields.String(required=True)


class Account(Schema):
    """An account; `ready`: a password is set."""

    login = fields.String(required=True)
    post = fields.String(required=True)
    locked = fields.Boolean(required=True)
    ready = fields.Boolean(required=True)
    grants = fields.List(fields.Nested(GrantAnswer), required=True)


class Accounts(Schema):
    """Every account."""

    staff = fields.List(fields.Nested(Account), required=True)


class Enrolled(Schema):
    """The new account's login."""

    login = fields.String(required=True)


class Code(Schema):
    """A one-time code, shown once."""

    login = fields.String(required=True)
    code = fields.String(required=True)
    hours = fields.Integer(required=True)


class Opening(Schema):
    """Why an auditor opens an identity."""

    reason = fields.String(
        required=True, validate=(validate.Length(10, 200), without_personal_number)
    )


class LooksWanted(Schema):
    """Whose looks: of an account, or at a resident; the newest 500."""

    login = fields.String(load_default=None, validate=validate.Length(max=40))
    resident = fields.UUID(load_default=None)


class SessionAsked(Schema):
    """What another part asks of the sign-in office."""

    session = fields.UUID(load_default=None)
    ticket = fields.String(load_default=None, validate=validate.Length(1, 200))
    audience = fields.String(load_default=None, validate=validate.Length(1, 200))


class NoAnswer(Schema):
    """Nothing to say but that it is done."""

    done = fields.Boolean(required=True)
