"""What is said of staff: accounts, roles, sessions, signing keys; and whom they looked at."""

from marshmallow import fields, validate

from shared.kit.contracts import EventSchema, catalogue, required
from shared.kit.contracts.catalogue import EVERY

SESSION = "0b5c1a52-7a9e-4d0c-9a53-1d3f1f2b6c7d"
LOCK_REASONS = ("left", "suspected_misuse", "lost_device", "other")
END_REASONS = ("signed_out", "locked", "credentials_reset", "everywhere")


class _Staff(EventSchema):
    login = required(fields.String, "v01-chief")


@catalogue.declare("supervision")
class StaffEnrolled(_Staff):
    """A member of staff has an account; the name behind it stays outside the events."""


class _Grant(_Staff):
    role = required(fields.String, "unit_chief")
    scope = required(fields.String, "unit:v01")


@catalogue.declare("supervision")
class RoleGranted(_Grant):
    """A member of staff may act in a role within a scope: a unit, a site or the town."""


@catalogue.declare("supervision")
class RoleRevoked(_Grant):
    """A member of staff may no longer act in that role there."""


@catalogue.declare("supervision")
class StaffLocked(_Staff):
    """An account is locked: every session of it ends."""

    reason = required(fields.String, "left", validate=validate.OneOf(LOCK_REASONS))


@catalogue.declare("supervision")
class StaffUnlocked(_Staff):
    """A locked account may be used again."""


@catalogue.declare("supervision")
class CredentialsReset(_Staff):
    """A one-time code was issued; the password and every session before it are void."""


@catalogue.declare("supervision", formerly="SessionStarted")
class SignedIn(_Staff):
    """Somebody signed in."""

    session = required(fields.String, SESSION)
    method = required(fields.String, "password", validate=validate.OneOf(("password", "openid")))


@catalogue.declare("supervision", formerly="SessionEnded")
class SignedOut(_Staff):
    """A sign-in is over, in every service: by the person, or by what happened to the account."""

    session = required(fields.String, SESSION)
    reason = required(fields.String, "signed_out", validate=validate.OneOf(END_REASONS))


@catalogue.declare("supervision")
class SigningKeyPublished(EventSchema):
    """Tokens signed with this Ed25519 key are good; `x` is the public key (base64url)."""

    key = required(fields.String, "2024-03-25-1")
    x = required(fields.String, "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")


@catalogue.declare("supervision")
class SigningKeyRetired(EventSchema):
    """Tokens signed with this key are refused from now on."""

    key = required(fields.String, "2024-03-25-1")


@catalogue.declare(EVERY)
class GenerationBegun(EventSchema):
    """A store that was set back to a copy goes on; what was told after `fork` before counts no more."""

    generation = required(fields.Integer, 2)
    fork = required(fields.Integer, 4708)


@catalogue.declare(EVERY)
class PersonalDataViewed(_Staff):
    """Somebody was shown who residents are: whom, which fields, on which page, and why."""

    residents = required(fields.List, ["5f0c8d1e-2b1a-8c3d-9e4f-0a1b2c3d4e5f"], fields.UUID())
    viewed = required(fields.List, ["name", "phone"], fields.String())
    page = required(fields.String, "/residents/<uuid:resident>")
    reason = required(fields.String, None, allow_none=True)
