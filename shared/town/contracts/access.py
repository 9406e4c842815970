"""What is said of staff: accounts, roles, sessions, signing keys; and whom they looked at."""

from marshmallow import fields, validate

from shared.kit.contracts.catalogue import EVERY, EventSchema, catalogue

SESSION = "0b5c1a52-7a9e-4d0c-9a53-1d3f1f2b6c7d"
LOCK_REASONS = ("left", "suspected_misuse", "lost_device", "other")
END_REASONS = ("signed_out", "locked", "credentials_reset", "everywhere")


class _Staff(EventSchema):
    login = fields.String(required=True)


@catalogue.declare("supervision", example={"login": "v01-chief"})
class StaffEnrolled(_Staff):
    """A member of staff has an account; the name behind it stays outside the events."""


class _Grant(_Staff):
    role = fields.String(required=True)
    scope = fields.String(required=True)


_GRANT_EXAMPLE = {"login": "v01-chief", "role": "unit_chief", "scope": "unit:v01"}


@catalogue.declare("supervision", example=_GRANT_EXAMPLE)
class RoleGranted(_Grant):
    """A member of staff may act in a role within a scope: a unit, a site or the town."""


@catalogue.declare("supervision", example=_GRANT_EXAMPLE)
class RoleRevoked(_Grant):
    """A member of staff may no longer act in that role there."""


@catalogue.declare("supervision", example={"login": "v01-chief", "reason": "left"})
class StaffLocked(_Staff):
    """An account is locked: every session of it ends."""

    reason = fields.String(required=True, validate=validate.OneOf(LOCK_REASONS))


@catalogue.declare("supervision", example={"login": "v01-chief"})
class StaffUnlocked(_Staff):
    """A locked account may be used again."""


@catalogue.declare("supervision", example={"login": "v01-chief"})
class CredentialsReset(_Staff):
    """A one-time code was issued; the password and every session before it are void."""


@catalogue.declare(
    "supervision",
    example={"session": SESSION, "login": "v01-chief", "method": "password"},
    formerly="SessionStarted",
)
class SignedIn(_Staff):
    """Somebody signed in."""

    session = fields.String(required=True)
    method = fields.String(required=True, validate=validate.OneOf(("password", "openid")))


@catalogue.declare(
    "supervision",
    example={"session": SESSION, "login": "v01-chief", "reason": "signed_out"},
    formerly="SessionEnded",
)
class SignedOut(_Staff):
    """A sign-in is over, in every service: by the person, or by what happened to the account."""

    session = fields.String(required=True)
    reason = fields.String(required=True, validate=validate.OneOf(END_REASONS))


@catalogue.declare(
    "supervision",
    example={"key": "2024-03-25-1", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
)
class SigningKeyPublished(EventSchema):
    """Tokens signed with this Ed25519 key are good; `x` is the public key (base64url)."""

    key = fields.String(required=True)
    x = fields.String(required=True)


@catalogue.declare("supervision", example={"key": "2024-03-25-1"})
class SigningKeyRetired(EventSchema):
    """Tokens signed with this key are refused from now on."""

    key = fields.String(required=True)


@catalogue.declare(
    EVERY,
    example={
        "login": "v01-chief",
        "residents": ["5f0c8d1e-2b1a-8c3d-9e4f-0a1b2c3d4e5f"],
        "viewed": ["name", "phone"],
        "page": "/residents/<uuid:resident>",
        "reason": None,
    },
)
class PersonalDataViewed(_Staff):
    """Somebody was shown who residents are: whom, which fields, on which page, and why."""

    residents = fields.List(fields.UUID(), required=True)
    viewed = fields.List(fields.String(), required=True)
    page = fields.String(required=True)
    reason = fields.String(required=True, allow_none=True)
