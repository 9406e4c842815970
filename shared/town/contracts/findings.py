"""What screening says of findings: newer versions of what `screening` declares, and taking them back."""

from marshmallow import fields, validate

from shared.kit.contracts import Data, EventSchema, catalogue, required
from shared.town.contracts.registration import RESIDENT
from shared.town.contracts.screening import CONTRAINDICATIONS, DEFERRAL_REASONS

DOSE = validate.OneOf((1, 2))
NOT_LASTING = ("under_age", "over_age_not_healthy")
LIFTABLE = ("deferred", "contraindicated")
_NOT_SAID: Data = {"dose": None, "temperature": None, "yes": [], "read_out": False}


class _OfScreening(EventSchema):
    resident = required(fields.UUID, RESIDENT)
    site = required(fields.String, "stadium")
    day = required(fields.Date, "2024-04-02")
    rules = required(fields.String, "plan-2024.2")


class _Outcome(_OfScreening):
    """`dose`: the one it is about. `temperature` in °C, null where nobody was asked.

    `yes`: the questions answered so, all others that are asked of the person were answered no.
    `read_out`: what was left was answered no by one deliberate key, after it was read out.
    """

    dose = required(fields.Integer, 1, allow_none=True, validate=DOSE)
    temperature = required(fields.Float, 36.5, allow_none=True, allow_nan=False)
    yes = required(fields.List, [], fields.String())
    read_out = required(fields.Boolean, True)


@catalogue.declare("screening", version=2)
class ResidentCleared(_Outcome):
    """Nothing speaks against the `dose` up to and including `valid_until`."""

    valid_until = required(fields.Date, "2024-04-02")


@catalogue.declare("screening", version=2)
class ResidentDeferred(_Outcome):
    """Not now; look again on `until`, or without it when a clinician ends it (R09, R12)."""

    until = required(fields.Date, "2024-04-09", allow_none=True)
    reasons = required(
        fields.List, ["fever"], fields.String(validate=validate.OneOf(DEFERRAL_REASONS))
    )


@catalogue.declare("screening", version=2)
class ContraindicationFound(_Outcome):
    """This vaccine is not for this resident (R07, R10, R11, R13); what lasts only two lift."""

    reasons = required(
        fields.List, ["severe_allergy"], fields.String(validate=validate.OneOf(CONTRAINDICATIONS))
    )
    lasting = required(fields.Boolean, True)


@catalogue.upcaster("ResidentCleared", from_version=1)
@catalogue.upcaster("ResidentDeferred", from_version=1)
def _answers_not_said(data: Data) -> Data:
    return data | _NOT_SAID


@catalogue.upcaster("ContraindicationFound", from_version=1)
def _lasting(data: Data) -> Data:
    return data | _NOT_SAID | {"lasting": not set(data["reasons"]) <= set(NOT_LASTING)}


class _Lift(_OfScreening):
    reasons = required(
        fields.List,
        ["severe_allergy"],
        fields.String(validate=validate.OneOf((*DEFERRAL_REASONS, *CONTRAINDICATIONS))),
    )
    reason = required(fields.String, "the allergy clinic has excluded it")


@catalogue.declare("screening")
class LiftProposed(_Lift):
    """Somebody who screens proposes to take a contraindication back; somebody else decides."""

    by = required(fields.String, "doctor-01")


@catalogue.declare("screening")
class LiftDeclined(_OfScreening):
    """The contraindication stays as it is."""

    reason = required(fields.String, "no letter of the clinic was shown")
    by = required(fields.String, "doctor-02")


@catalogue.declare("screening")
class FindingLifted(_Lift):
    """What was found holds no more; before a dose the resident is screened again.

    Of a contraindication the acting person has agreed to what `proposed_by` proposed.
    """

    finding = required(fields.String, "contraindicated", validate=validate.OneOf(LIFTABLE))
    proposed_by = required(fields.String, "doctor-01", allow_none=True)
