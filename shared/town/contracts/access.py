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


class _PartKey(EventSchema):
    part = required(fields.String, "appointments/stadium")
    sign = required(
        fields.String, "02610614bc6b56268414a78395831376cce91255aa85da2df0d3ae1d0ebf99da"
    )


@catalogue.declare("supervision")
class PartKeyPublished(_PartKey):
    """This part seals and calls with a new key, and no other of it counts (hex; ADR 0020).

    `sign` is its public Ed25519 key, `exchange` its X25519 key, `proof` a signature by `sign`.
    """

    exchange = required(
        fields.String, "7f33d1367fd7d2538d9a3738d01de7a901a9380ddb060f671a181f5021261c37"
    )
    proof = required(
        fields.String,
        "c1058b4afa0231d73864360fd33be69822df9b76466072f2075b331eeb30447d"
        "9875c0dfcc17c8e2ed8ff8915db99f0ee9c7fbe40d7c85469b2ae6f1a3dc0f03",
    )


@catalogue.declare("supervision")
class PartKeyRetired(_PartKey):
    """What a part signs with this key is refused from now on."""


@catalogue.declare("registration")
class KeysHandedOut(EventSchema):
    """A part asked for residents' keys: of how many, of how many it got none, how many this hour.

    Withheld are those whom the part has nothing to do with; `in_hour` counts different residents.
    """

    part = required(fields.String, "appointments/stadium")
    asked = required(fields.Integer, 120)
    withheld = required(fields.Integer, 0)
    in_hour = required(fields.Integer, 480)


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
