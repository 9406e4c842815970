"""What registration says of records that may be of one person, and what people decide of them."""

from marshmallow import fields, validate

from shared.kit.contracts import EventSchema, catalogue, required
from shared.town.contracts.registration import RESIDENT

OTHER = "7a1e4b90-63c5-8f27-a0d4-5c6b7a8f9e01"
# Codes only: what was alike, never the name or the number itself.
REASON = validate.Regexp(r"^[a-z_]{1,40}$", error="a code such as same_phone")


class OfPair(EventSchema):
    """What is said of two records, whichever of them is named first."""

    resident = required(fields.UUID, RESIDENT)
    other = required(fields.UUID, OTHER)


@catalogue.declare("registration")
class CloseMatchFound(OfPair):
    """Two records may be of one person, with this score (0 to 1); somebody has to look at them."""

    score = required(fields.Float, 0.93, validate=validate.Range(0, 1))
    reasons = required(fields.List, ["same_phone", "similar_name"], fields.String(validate=REASON))


@catalogue.declare("registration")
class CloseMatchDismissed(OfPair):
    """Somebody looked: the two records are of two people (twins, for instance)."""


@catalogue.declare("registration")
class CloseMatchPostponed(OfPair):
    """Somebody looked and could not tell; asked again on `until`, or when somebody asks (null)."""

    until = required(fields.Date, "2024-04-09", allow_none=True)


@catalogue.declare("registration")
class CloseMatchReopened(OfPair):
    """What was decided or put off is asked again."""


class _DoseKnown(EventSchema):
    resident = required(fields.UUID, OTHER)
    site = required(fields.String, "stadium")
    dose = required(fields.Integer, 1, validate=validate.OneOf((1, 2)))
    day = required(fields.Date, "2024-04-02")
    product = required(fields.String, "CoronaVac")


@catalogue.declare("registration")
class ResidentsMerged(EventSchema):
    """The record `resident` is of the same person as `into`, which stays; nothing is destroyed.

    `doses` are those registration then knew of either record: the site at which one record is
    booked learns what another site has given to the other (R04).
    """

    resident = required(fields.UUID, OTHER)
    into = required(fields.UUID, RESIDENT)
    doses = fields.List(fields.Nested(_DoseKnown), required=True)


@catalogue.declare("registration")
class MergeUndone(EventSchema):
    """The two records are two people's again, each with what was said and done under its id."""

    resident = required(fields.UUID, OTHER)
    into = required(fields.UUID, RESIDENT)
