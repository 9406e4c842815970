"""Shapes of signing in."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.supervision.sign_in.passwords import MOST_LENGTH
from shared.kit.web.field_errors import said

ADDRESS = validate.Regexp(
    r"^(https?://[^\s]{1,1900}|/[^\s]{0,1900})?$", error=said("应为网址", "an address")
)
_SECRET = validate.Length(1, MOST_LENGTH)


class Arriving(Schema):
    """Where to go on after signing in; who has just signed out `stays` and is sent nowhere."""

    next = fields.String(load_default="", validate=ADDRESS)
    stays = fields.Boolean(load_default=False)
    login = fields.String(load_default="", validate=validate.Length(max=40))


class TokenWanted(Schema):
    """A program signs in."""

    login = fields.String(required=True, validate=validate.Length(1, 40))
    password = fields.String(required=True, validate=_SECRET)


class SignIn(TokenWanted):
    """A person signs in, and goes on to `next`, an address of one of the deployment's parts."""

    next = fields.String(load_default="", validate=validate.Length(max=2000))


class FirstSignIn(TokenWanted):
    """A one-time code is turned into a password."""

    code = fields.String(required=True, validate=validate.Length(1, 40))
    next = fields.String(load_default="", validate=validate.Length(max=2000))


class PasswordChange(Schema):
    """The password that was, and the one that shall be."""

    current = fields.String(required=True, validate=_SECRET)
    password = fields.String(required=True, validate=_SECRET)


class TicketWanted(Schema):
    """To which part a browser wants to go, that began there with `state`."""

    part = fields.String(required=True, validate=validate.Regexp(r"^[a-z][a-z0-9/-]{0,99}$"))
    state = fields.String(required=True, validate=validate.Regexp(r"^[0-9a-f]{64}$"))
    next = fields.String(load_default="/", validate=validate.Regexp(r"^/[^\s]{0,1900}$"))


class SessionAsked(Schema):
    """What another part asks of the sign-in office."""

    session = fields.UUID(load_default=None)
    language = fields.String(load_default=None, validate=validate.Length(1, 20))
    ticket = fields.String(load_default=None, validate=validate.Length(1, 200))
    state = fields.String(load_default=None, validate=validate.Length(1, 200))
    audience = fields.String(load_default=None, validate=validate.Length(1, 200))
