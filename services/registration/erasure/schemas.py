"""Shapes of what is asked when a resident is forgotten, and of keys handed out."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from shared.town.contracts.registration import ERASE_REASONS

MOST_KEYS = 5000
# <resident>.<class>.<version>
KEY_NAME = validate.Regexp(r"^[0-9a-f-]{36}\.(facts|contact)\.[0-9]{1,9}$")


class Erase(Schema):
    """A wish to be forgotten, or a duty to forget."""

    reason = fields.String(required=True, validate=validate.OneOf(ERASE_REASONS))


class KeysWanted(Schema):
    """Keys a service needs; `nonce` is given back by the sealing of the answer."""

    keys = fields.List(
        fields.String(validate=KEY_NAME), required=True, validate=validate.Length(max=MOST_KEYS)
    )
    nonce = fields.String(required=True, validate=validate.Length(16, 64))
