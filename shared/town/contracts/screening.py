"""What screening says: may this resident be vaccinated (R07-R13)."""

from marshmallow import fields, validate

from shared.kit.contracts.catalogue import EventSchema, catalogue
from shared.town.contracts.registration import RESIDENT

DEFERRAL_REASONS = ("fever", "acute_illness", "chronic_illness_acute_phase", "pregnancy")
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
)


class _Outcome(EventSchema):
    resident = fields.UUID(required=True)
    site = fields.String(required=True)
    day = fields.Date(required=True)
    rules = fields.String(required=True)


_EXAMPLE = {"resident": RESIDENT, "site": "stadium", "day": "2024-04-02", "rules": "plan-2024.1"}


@catalogue.declare("screening", example=_EXAMPLE | {"valid_until": "2024-04-02"})
class ResidentCleared(_Outcome):
    """Nothing speaks against a dose up to and including `valid_until`."""

    valid_until = fields.Date(required=True)


@catalogue.declare("screening", example=_EXAMPLE | {"until": "2024-04-09", "reasons": ["fever"]})
class ResidentDeferred(_Outcome):
    """Not now; look again on `until` (R09, R12)."""

    until = fields.Date(required=True)
    reasons = fields.List(fields.String(validate=validate.OneOf(DEFERRAL_REASONS)), required=True)


@catalogue.declare("screening", example=_EXAMPLE | {"reasons": ["severe_allergy"]})
class ContraindicationFound(_Outcome):
    """This vaccine is not for this resident (R10, R11, R13, under age)."""

    reasons = fields.List(fields.String(validate=validate.OneOf(CONTRAINDICATIONS)), required=True)


@catalogue.declare("screening", example=_EXAMPLE | {"reason": "answer corrected by the resident"})
class ClearanceWithdrawn(_Outcome):
    """An earlier clearance no longer holds."""

    reason = fields.String(required=True)
