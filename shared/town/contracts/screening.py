"""What screening says: may this resident be vaccinated (R07-R13)."""

from marshmallow import fields, validate

from shared.kit.contracts import EventSchema, catalogue, required
from shared.town.contracts.registration import RESIDENT

DEFERRAL_REASONS = (
    "fever",
    "acute_illness",
    "chronic_illness_acute_phase",
    "pregnancy",
    "dose_elsewhere",
)
CONTRAINDICATIONS = (
    "severe_allergy",
    "convulsions_own",
    "convulsions_family",
    "epilepsy_own",
    "epilepsy_family",
    "encephalopathy_own",
    "encephalopathy_family",
    "mental_illness_own",
    "mental_illness_family",
    "severe_chronic_illness",
    "under_age",
    "over_age_not_healthy",
    "severe_reaction",
)


class _Outcome(EventSchema):
    resident = required(fields.UUID, RESIDENT)
    site = required(fields.String, "stadium")
    day = required(fields.Date, "2024-04-02")
    rules = required(fields.String, "plan-2024.1")


@catalogue.declare("screening")
class ResidentCleared(_Outcome):
    """Nothing speaks against a dose up to and including `valid_until`."""

    valid_until = required(fields.Date, "2024-04-02")


@catalogue.declare("screening")
class ResidentDeferred(_Outcome):
    """Not now; look again on `until` (R09, R12)."""

    until = required(fields.Date, "2024-04-09")
    reasons = required(
        fields.List, ["fever"], fields.String(validate=validate.OneOf(DEFERRAL_REASONS))
    )


@catalogue.declare("screening")
class ContraindicationFound(_Outcome):
    """This vaccine is not for this resident (R10, R11, R13, under age)."""

    reasons = required(
        fields.List, ["severe_allergy"], fields.String(validate=validate.OneOf(CONTRAINDICATIONS))
    )


@catalogue.declare("screening")
class ClearanceWithdrawn(_Outcome):
    """An earlier clearance no longer holds."""

    reason = required(fields.String, "answer corrected by the resident")
