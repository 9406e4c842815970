"""What registration says of mobilisation: who answers for whom, who was asked, and what they said."""

from marshmallow import fields, validate

from shared.kit.contracts.catalogue import Data, EventSchema, catalogue
from shared.town.contracts.registration import DECLINE_REASONS, RESIDENT, WEEK

CONTACT = "7d0e2f55-8a3c-5c11-9b57-2f1c6a0d9e42"
CHANNELS = ("phone", "visit", "wechat", "other")
OUTCOMES = (
    "not_reached",
    "willing",
    "hesitant",
    "refused",
    "moved_away",
    "says_contraindicated",
)
ANSWERS = ("none", "consent", "decline")


@catalogue.declare(
    "registration",
    version=2,
    example={"resident": RESIDENT, "wished_week": "2024-W14", "wished_site": "stadium"},
)
class ConsentGiven(EventSchema):
    """The resident wants to be vaccinated, in this ISO week and at this site if possible (R21).

    `wished_site` is null when the resident goes where the unit is docked.
    """

    resident = fields.UUID(required=True)
    wished_week = fields.String(required=True, validate=WEEK)
    wished_site = fields.String(required=True, allow_none=True)


@catalogue.upcaster("ConsentGiven", from_version=1)
def _no_wished_site(data: Data) -> Data:
    return data | {"wished_site": None}


@catalogue.declare(
    "registration",
    example={
        "resident": RESIDENT,
        "answer": "consent",
        "wished_week": "2024-W14",
        "wished_site": None,
        "reason": None,
    },
)
class AnswerTakenBack(EventSchema):
    """The latest answer was a mis-tap; the answer that stands again, with what belongs to it."""

    resident = fields.UUID(required=True)
    answer = fields.String(required=True, validate=validate.OneOf(ANSWERS))
    wished_week = fields.String(required=True, allow_none=True, validate=WEEK)
    wished_site = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True, validate=validate.OneOf(DECLINE_REASONS))


@catalogue.declare(
    "registration",
    example={
        "resident": RESIDENT,
        "contact": CONTACT,
        "channel": "phone",
        "outcome": "willing",
        "next_day": None,
        "wished_week": "2024-W14",
        "wished_site": None,
        "reason": None,
    },
)
class ContactAttempted(EventSchema):
    """The acting person tried to reach the resident (R16): how, what came of it, when again.

    `wished_week` and `wished_site` belong to "willing", `reason` to "refused".
    """

    resident = fields.UUID(required=True)
    contact = fields.UUID(required=True)
    channel = fields.String(required=True, validate=validate.OneOf(CHANNELS))
    outcome = fields.String(required=True, validate=validate.OneOf(OUTCOMES))
    next_day = fields.Date(required=True, allow_none=True)
    wished_week = fields.String(required=True, allow_none=True, validate=WEEK)
    wished_site = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True, validate=validate.OneOf(DECLINE_REASONS))


@catalogue.declare("registration", example={"resident": RESIDENT, "contact": CONTACT})
class ContactUndone(EventSchema):
    """A contact was recorded by mistake; it counts no more, and stays in the history."""

    resident = fields.UUID(required=True)
    contact = fields.UUID(required=True)


@catalogue.declare(
    "registration",
    example={
        "resident": RESIDENT,
        "unit": "v01",
        "cadre": "v01-cadre",
        "since": "2024-03-25",
    },
)
class CadreAssigned(EventSchema):
    """A cadre, by login, is responsible for a resident of the unit from this day on (R24)."""

    resident = fields.UUID(required=True)
    unit = fields.String(required=True)
    cadre = fields.String(required=True)
    since = fields.Date(required=True)


@catalogue.declare("registration", example={"unit": "v01", "cadre": "v01-cadre", "quota": 120})
class QuotaSet(EventSchema):
    """How many people a cadre of the unit is to bring to complete their course (R24)."""

    unit = fields.String(required=True)
    cadre = fields.String(required=True)
    quota = fields.Integer(required=True, validate=validate.Range(0))
