"""What registration says of mobilisation: who answers for whom, who was asked, and what they said."""

from marshmallow import fields, validate

from shared.kit.contracts import Data, catalogue, required
from shared.town.contracts.registration import DECLINE_REASONS, WEEK, OfResident, OfUnit

CONTACT = "7d0e2f55-8a3c-5c11-9b57-2f1c6a0d9e42"
CHANNELS = ("phone", "visit", "wechat", "other")
OUTCOMES = (
    "not_reached",
    "willing",
    "hesitant",
    "refused",
    "moved_away",
    "says_contraindicated",
    "vaccinated_elsewhere",
)
ANSWERS = ("none", "consent", "decline")


@catalogue.declare("registration", version=2)
class ConsentGiven(OfResident):
    """The resident wants to be vaccinated, in this ISO week and at this site if possible (R21).

    `wished_site` is null when the resident goes where the unit is docked.
    """

    wished_week = required(fields.String, "2024-W14", validate=WEEK)
    wished_site = required(fields.String, "stadium", allow_none=True)


@catalogue.upcaster("ConsentGiven", from_version=1)
def _no_wished_site(data: Data) -> Data:
    return data | {"wished_site": None}


@catalogue.declare("registration")
class AnswerTakenBack(OfResident):
    """The latest answer was a mis-tap; the answer that stands again, with what belongs to it."""

    answer = required(fields.String, "consent", validate=validate.OneOf(ANSWERS))
    wished_week = required(fields.String, "2024-W14", allow_none=True, validate=WEEK)
    wished_site = required(fields.String, None, allow_none=True)
    reason = required(
        fields.String, None, allow_none=True, validate=validate.OneOf(DECLINE_REASONS)
    )


@catalogue.declare("registration")
class ContactAttempted(OfResident):
    """The acting person tried to reach the resident (R16): how, what came of it, when again.

    `wished_week` and `wished_site` belong to "willing", `reason` to "refused".
    """

    contact = required(fields.UUID, CONTACT)
    channel = required(fields.String, "phone", validate=validate.OneOf(CHANNELS))
    outcome = required(fields.String, "willing", validate=validate.OneOf(OUTCOMES))
    next_day = required(fields.Date, None, allow_none=True)
    wished_week = required(fields.String, "2024-W14", allow_none=True, validate=WEEK)
    wished_site = required(fields.String, None, allow_none=True)
    reason = required(
        fields.String, None, allow_none=True, validate=validate.OneOf(DECLINE_REASONS)
    )


@catalogue.declare("registration")
class ContactUndone(OfResident):
    """A contact was recorded by mistake; it counts no more, and stays in the history."""

    contact = required(fields.UUID, CONTACT)


@catalogue.declare("registration")
class CadreAssigned(OfResident):
    """A cadre, by login, is responsible for a resident of the unit from this day on (R24)."""

    unit = required(fields.String, "v01")
    cadre = required(fields.String, "v01-cadre")
    since = required(fields.Date, "2024-03-25")


@catalogue.declare("registration")
class QuotaSet(OfUnit):
    """How many people a cadre of the unit is to bring to complete their course (R24)."""

    cadre = required(fields.String, "v01-cadre")
    quota = required(fields.Integer, 120, validate=validate.Range(0))
