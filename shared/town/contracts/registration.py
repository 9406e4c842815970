"""What registration says: the campaign, the units, who lives in them and what they answered."""

from marshmallow import fields, validate

from shared.kit.contracts import EventSchema, Sealed, catalogue, required

RESIDENT = "5f0c8d1e-2b1a-8c3d-9e4f-0a1b2c3d4e5f"
WEEK = validate.Regexp(r"^\d{4}-W\d{2}$", error="an ISO week such as 2024-W14")
TIES = ("household", "home", "workplace")
DECLINE_REASONS = ("safety_worry", "no_time", "health", "other")
# PIPL art. 47: the purpose is met, consent is withdrawn, or it should not have been kept at all.
ERASE_REASONS = ("by_request", "consent_withdrawn", "purpose_met", "registered_in_error")
# Written by registration itself, when a restored backup had brought destroyed keys back.
RESTORED = "restored"
KEY_CLASSES = ("facts", "contact")


class OfResident(EventSchema):
    """What is said of one resident."""

    resident = required(fields.UUID, RESIDENT)


class OfUnit(EventSchema):
    """What is said of one unit."""

    unit = required(fields.String, "v01")


@catalogue.declare("registration")
class CampaignOpened(EventSchema):
    """The campaign's goal and dates are set (R01, R02)."""

    name_zh = required(fields.String, "示例镇2024年新冠病毒疫苗接种")
    name_en = required(fields.String, "Example town COVID-19 vaccination 2024")
    start = required(fields.Date, "2024-03-25")
    end = required(fields.Date, "2024-06-20")
    first_dose_cutoff = required(fields.Date, "2024-06-05")
    population = required(fields.Integer, 180000)
    head_count_target = required(fields.Integer, 72000)
    coverage_target = required(fields.Float, 0.4)


@catalogue.declare("registration")
class UnitListed(OfUnit):
    """A village, community, neighbourhood or sector takes part (R16)."""

    kind = required(fields.String, "village")
    name_zh = required(fields.String, "东河村")
    name_en = required(fields.String, "Donghe Village")


@catalogue.declare("registration")
class UnitDocked(OfUnit):
    """A unit's residents go to this site from this day on (R15)."""

    site = required(fields.String, "stadium")
    since = required(fields.Date, "2024-03-25")


@catalogue.declare("registration")
class TargetSet(OfUnit):
    """How many people of the unit are to complete their course (R02)."""

    target = required(fields.Integer, 1756)


@catalogue.declare("registration")
class RosterImported(OfUnit):
    """A unit's roster was read; every row is in exactly one of the four counts (R21)."""

    file_sha256 = required(
        fields.String, "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )
    rows = required(fields.Integer, 1756)
    new = required(fields.Integer, 1750)
    corrected = required(fields.Integer, 1)
    unchanged = required(fields.Integer, 3)
    errors = required(fields.Integer, 2)


class _ResidentFacts(OfResident):
    unit = required(fields.String, "v01")
    tie = required(fields.String, "household", validate=validate.OneOf(TIES))
    cohort = required(fields.String, "general")
    sex = required(fields.String, "female", validate=validate.OneOf(("male", "female")))
    birth_date = required(fields.Date, "1979-05-21")
    document_kind = required(fields.String, "resident_card")
    identity = required(
        Sealed,
        "s2.facts.1.AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        "~contact.1.AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "resident",
    )


@catalogue.declare("registration")
class ResidentRegistered(_ResidentFacts):
    """A person with a tie to the town is on a unit's list (R08); `identity` seals who it is."""


@catalogue.declare("registration")
class ResidentCorrected(_ResidentFacts):
    """A resident's record was corrected; all fields as they are from now on."""


@catalogue.declare("registration")
class ConsentGiven(OfResident):
    """The resident wants to be vaccinated, in this ISO week if possible (R21)."""

    wished_week = required(fields.String, "2024-W14", validate=WEEK)


@catalogue.declare("registration")
class VaccinationDeclined(OfResident):
    """The resident does not want to be vaccinated now; consent may still follow."""

    reason = required(fields.String, "no_time", validate=validate.OneOf(DECLINE_REASONS))


@catalogue.declare("registration")
class ResidentErased(OfResident):
    """Keys of these classes of the resident's identity are destroyed: nobody can read it again.

    `retained_until` is the last day on which the law still needs the other class (Vaccine
    Administration Law, art. 46); null when nothing is left.
    """

    classes = required(
        fields.List, ["contact"], fields.String(validate=validate.OneOf(KEY_CLASSES))
    )
    reason = required(
        fields.String, "by_request", validate=validate.OneOf((*ERASE_REASONS, RESTORED))
    )
    retained_until = required(fields.Date, "2031-12-31", allow_none=True)
