"""What registration says of records that may be of one person, and what people decide of them."""

from marshmallow import fields, validate

from shared.kit.contracts.catalogue import EventSchema, catalogue
from shared.town.contracts.registration import RESIDENT

OTHER = "7a1e4b90-63c5-8f27-a0d4-5c6b7a8f9e01"
# Codes only: what was alike, never the name or the number itself.
REASON = validate.Regexp(r"^[a-z_]{1,40}$", error="a code such as same_phone")
_PAIR = {"resident": RESIDENT, "other": OTHER}


class _Pair(EventSchema):
    resident = fields.UUID(required=True)
    other = fields.UUID(required=True)


@catalogue.declare(
    "registration", example=_PAIR | {"score": 0.93, "reasons": ["same_phone", "similar_name"]}
)
class CloseMatchFound(_Pair):
    """Two records may be of one person, with this score (0 to 1); somebody has to look at them."""

    score = fields.Float(required=True, validate=validate.Range(0, 1))
    reasons = fields.List(fields.String(validate=REASON), required=True)


@catalogue.declare("registration", example=_PAIR)
class CloseMatchDismissed(_Pair):
    """Somebody looked: the two records are of two people (twins, for instance)."""


@catalogue.declare("registration", example=_PAIR | {"until": "2024-04-09"})
class CloseMatchPostponed(_Pair):
    """Somebody looked and could not tell; asked again on `until`, or when somebody asks (null)."""

    until = fields.Date(required=True, allow_none=True)


@catalogue.declare("registration", example=_PAIR)
class CloseMatchReopened(_Pair):
    """What was decided or put off is asked again."""


class _DoseKnown(EventSchema):
    resident = fields.UUID(required=True)
    site = fields.String(required=True)
    dose = fields.Integer(required=True, validate=validate.OneOf((1, 2)))
    day = fields.Date(required=True)
    product = fields.String(required=True)


@catalogue.declare(
    "registration",
    example={
        "resident": OTHER,
        "into": RESIDENT,
        "doses": [
            {
                "resident": OTHER,
                "site": "stadium",
                "dose": 1,
                "day": "2024-04-02",
                "product": "CoronaVac",
            }
        ],
    },
)
class ResidentsMerged(EventSchema):
    """The record `resident` is of the same person as `into`, which stays; nothing is destroyed.

    `doses` are those registration then knew of either record: the site at which one record is
    booked learns what another site has given to the other (R04).
    """

    resident = fields.UUID(required=True)
    into = fields.UUID(required=True)
    doses = fields.List(fields.Nested(_DoseKnown), required=True)


@catalogue.declare("registration", example={"resident": OTHER, "into": RESIDENT})
class MergeUndone(EventSchema):
    """The two records are two people's again, each with what was said and done under its id."""

    resident = fields.UUID(required=True)
    into = fields.UUID(required=True)
