"""What registration says: the campaign, the units, who lives in them and what they answered."""

from marshmallow import fields, validate

from shared.kit.contracts.catalogue import EventSchema, Sealed, catalogue

RESIDENT = "5f0c8d1e-2b1a-8c3d-9e4f-0a1b2c3d4e5f"
WEEK = validate.Regexp(r"^\d{4}-W\d{2}$", error="an ISO week such as 2024-W14")
TIES = ("household", "home", "workplace")
DECLINE_REASONS = ("safety_worry", "no_time", "health", "other")
# PIPL art. 47: the purpose is met, consent is withdrawn, or it should not have been kept at all.
ERASE_REASONS = ("by_request", "consent_withdrawn", "purpose_met", "registered_in_error")
# Written by registration itself, when a restored backup had brought destroyed keys back.
RESTORED = "restored"
KEY_CLASSES = ("facts", "contact")


@catalogue.declare(
    "registration",
    example={
        "name_zh": "示例镇2024年新冠病毒疫苗接种",
        "name_en": "Example town COVID-19 vaccination 2024",
        "start": "2024-03-25",
        "end": "2024-06-20",
        "first_dose_cutoff": "2024-06-05",
        "population": 180000,
        "head_count_target": 72000,
        "coverage_target": 0.4,
    },
)
class CampaignOpened(EventSchema):
    """The campaign's goal and dates are set (R01, R02)."""

    name_zh = fields.String(required=True)
    name_en = fields.String(required=True)
    start = fields.Date(required=True)
    end = fields.Date(required=True)
    first_dose_cutoff = fields.Date(required=True)
    population = fields.Integer(required=True)
    head_count_target = fields.Integer(required=True)
    coverage_target = fields.Float(required=True)


@catalogue.declare(
    "registration",
    example={"unit": "v01", "kind": "village", "name_zh": "东河村", "name_en": "Donghe Village"},
)
class UnitListed(EventSchema):
    """A village, community, neighbourhood or sector takes part (R16)."""

    unit = fields.String(required=True)
    kind = fields.String(required=True)
    name_zh = fields.String(required=True)
    name_en = fields.String(required=True)


@catalogue.declare(
    "registration", example={"unit": "v01", "site": "stadium", "since": "2024-03-25"}
)
class UnitDocked(EventSchema):
    """A unit's residents go to this site from this day on (R15)."""

    unit = fields.String(required=True)
    site = fields.String(required=True)
    since = fields.Date(required=True)


@catalogue.declare("registration", example={"unit": "v01", "target": 1756})
class TargetSet(EventSchema):
    """How many people of the unit are to complete their course (R02)."""

    unit = fields.String(required=True)
    target = fields.Integer(required=True)


@catalogue.declare(
    "registration",
    example={
        "unit": "v01",
        "file_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "rows": 1756,
        "new": 1750,
        "corrected": 1,
        "unchanged": 3,
        "errors": 2,
    },
)
class RosterImported(EventSchema):
    """A unit's roster was read; every row is in exactly one of the four counts (R21)."""

    unit = fields.String(required=True)
    file_sha256 = fields.String(required=True)
    rows = fields.Integer(required=True)
    new = fields.Integer(required=True)
    corrected = fields.Integer(required=True)
    unchanged = fields.Integer(required=True)
    errors = fields.Integer(required=True)


class _ResidentFacts(EventSchema):
    resident = fields.UUID(required=True)
    unit = fields.String(required=True)
    tie = fields.String(required=True, validate=validate.OneOf(TIES))
    cohort = fields.String(required=True)
    sex = fields.String(required=True, validate=validate.OneOf(("male", "female")))
    birth_date = fields.Date(required=True)
    document_kind = fields.String(required=True)
    identity = Sealed(required=True)


_RESIDENT_EXAMPLE = {
    "resident": RESIDENT,
    "unit": "v01",
    "tie": "household",
    "cohort": "general",
    "sex": "female",
    "birth_date": "1979-05-21",
    "document_kind": "resident_card",
    "identity": "s2.facts.1.AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    "~contact.1.AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
}


@catalogue.declare("registration", example=_RESIDENT_EXAMPLE)
class ResidentRegistered(_ResidentFacts):
    """A person with a tie to the town is on a unit's list (R08); `identity` seals who it is."""


@catalogue.declare("registration", example=_RESIDENT_EXAMPLE)
class ResidentCorrected(_ResidentFacts):
    """A resident's record was corrected; all fields as they are from now on."""


@catalogue.declare("registration", example={"resident": RESIDENT, "wished_week": "2024-W14"})
class ConsentGiven(EventSchema):
    """The resident wants to be vaccinated, in this ISO week if possible (R21)."""

    resident = fields.UUID(required=True)
    wished_week = fields.String(required=True, validate=WEEK)


@catalogue.declare("registration", example={"resident": RESIDENT, "reason": "no_time"})
class VaccinationDeclined(EventSchema):
    """The resident does not want to be vaccinated now; consent may still follow."""

    resident = fields.UUID(required=True)
    reason = fields.String(required=True, validate=validate.OneOf(DECLINE_REASONS))


@catalogue.declare(
    "registration",
    example={
        "resident": RESIDENT,
        "classes": ["contact"],
        "reason": "by_request",
        "retained_until": "2031-12-31",
    },
)
class ResidentErased(EventSchema):
    """Keys of these classes of the resident's identity are destroyed: nobody can read it again.

    `retained_until` is the last day on which the law still needs the other class (Vaccine
    Administration Law, art. 46); null when nothing is left.
    """

    resident = fields.UUID(required=True)
    classes = fields.List(fields.String(validate=validate.OneOf(KEY_CLASSES)), required=True)
    reason = fields.String(required=True, validate=validate.OneOf((*ERASE_REASONS, RESTORED)))
    retained_until = fields.Date(required=True, allow_none=True)
