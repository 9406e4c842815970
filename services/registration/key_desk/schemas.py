"""Shape of a question for keys."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from shared.town.privacy.keys import AT_ONCE

# <resident>.<class>.<version>
KEY_NAME = validate.Regexp(r"^[0-9a-f-]{36}\.(facts|contact)\.[0-9]{1,9}$")


class KeysWanted(Schema):
    """Keys a service needs; `nonce` is given back by the sealing of the answer."""

    keys = fields.List(
        fields.String(validate=KEY_NAME), required=True, validate=validate.Length(1, AT_ONCE)
    )
    nonce = fields.String(required=True, validate=validate.Length(16, 64))
