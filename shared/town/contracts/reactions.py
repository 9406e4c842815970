"""What sites say of reactions after a dose (AEFI), as the national card asks, and their clusters."""

from __future__ import annotations

from uuid import UUID, uuid5

from marshmallow import fields, validate

from shared.kit.contracts import Data, EventSchema, catalogue, required
from shared.town.contracts.registration import RESIDENT

CARDS = UUID("3e6f0c52-8d1b-5a47-9c60-5b7d2a9e4f18")
DOSE = validate.OneOf((1, 2))
LOCAL = validate.Regexp(r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$", error="local time: 2024-04-02T09:10")
SEVERITIES = ("mild", "severe", "disability", "death")
SERIOUS = SEVERITIES[1:]
"""After these no dose follows (R10)."""
URGENT = ("disability", "death")
"""These are reported up within the shorter time."""
OTHER = "other"
SIGNS = (
    "local_pain",
    "fever",
    "dizziness",
    "tiredness",
    "nausea",
    "high_fever",
    "swelling",
    "rash",
    "urticaria",
    "anaphylaxis",
    "syncope",
    "convulsion",
    "purpura",
    "angioedema",
    "thrombocytopenia",
    "guillain_barre",
    "plexitis",
    OTHER,
)
GRAVE = ("anaphylaxis", "convulsion", "thrombocytopenia", "guillain_barre", "plexitis")
"""Signs that are serious by themselves, as the national plan has them; none is mild."""
EXPECTED = ("local_pain", "fever", "dizziness", "tiredness", "nausea")
"""Signs that many have after a dose; mild, they are alike in many without being a cluster."""
WINDOW_DAYS = {
    **dict.fromkeys(("anaphylaxis", "urticaria", "syncope"), 1),
    **dict.fromkeys(("high_fever", "swelling", "angioedema"), 5),
    **dict.fromkeys(("rash", "purpura", "convulsion"), 15),
    **dict.fromkeys(("guillain_barre", "thrombocytopenia"), 42),
    "plexitis": 92,
}
"""So many days after a dose a sign may begin and be taken for a reaction to it; 1 is 24 hours."""
OUTCOMES = ("unknown", "recovered", "better", "ill", "lasting_damage", "died")
FOUND_BY = ("staff", "person", "hospital", "active_search")
CLASSES = (
    "not_yet",
    "common_reaction",
    "abnormal_reaction",
    "vaccine_quality",
    "vaccination_fault",
    "coincidental",
    "psychogenic",
)
CARD = "0b1f3a52-6c1d-5e88-9a77-2f4b8c6d1e90"


class _OfCard(EventSchema):
    """`dose` and `day` are those of the dose before the onset; local times are of the site."""

    site = required(fields.String, "stadium")
    card = required(fields.UUID, CARD)
    resident = required(fields.UUID, RESIDENT)
    dose = required(fields.Integer, 1, validate=DOSE)
    day = required(fields.Date, "2024-04-02")


@catalogue.declare("appointments", version=2)
class AdverseEventReported(_OfCard):
    """Something happened after a dose (AEFI), whether or not the vaccine caused it.

    `onset`, `found`, `ended`: when it began, was discovered and was over, null where nobody said.
    `other`: the sign in words. `concern`: the public is greatly concerned. `classified`: by those
    who investigate.
    """

    batch = required(fields.String, "SV-2024-001")
    onset = required(fields.String, "2024-04-02T09:10", allow_none=True, validate=LOCAL)
    found = required(fields.String, "2024-04-02T09:15", allow_none=True, validate=LOCAL)
    ended = required(fields.String, None, allow_none=True, validate=LOCAL)
    signs = required(fields.List, ["high_fever"], fields.String(validate=validate.OneOf(SIGNS)))
    other = required(fields.String, None, allow_none=True)
    severity = required(fields.String, "mild", validate=validate.OneOf(SEVERITIES))
    admitted = required(fields.Boolean, False)
    concern = required(fields.Boolean, False)
    diagnosis = required(fields.String, None, allow_none=True)
    course = required(fields.String, None, allow_none=True)
    outcome = required(fields.String, "unknown", validate=validate.OneOf(OUTCOMES))
    found_by = required(fields.String, "staff", validate=validate.OneOf(FOUND_BY))
    classified = required(fields.String, "not_yet", validate=validate.OneOf(CLASSES))


@catalogue.upcaster("AdverseEventReported", from_version=1)
def _a_card(data: Data) -> Data:
    """Of one sign and nothing else: it is kept in the words it was told in."""
    about = ":".join(str(data[name]) for name in ("resident", "dose", "severity", "sign"))
    kept = {name: value for name, value in data.items() if name != "sign"}
    nothing = dict.fromkeys(("onset", "found", "ended", "diagnosis", "course"))
    return (
        kept
        | nothing
        | {
            "card": str(uuid5(CARDS, about)),
            "signs": [OTHER],
            "other": data["sign"],
            "admitted": False,
            "concern": False,
            "outcome": "unknown",
            "found_by": "staff",
            "classified": "not_yet",
        }
    )


@catalogue.declare("appointments")
class AdverseEventFollowedUp(_OfCard):
    """More is known of a reaction that was reported; what is null is as it was."""

    severity = required(
        fields.String, "severe", allow_none=True, validate=validate.OneOf(SEVERITIES)
    )
    admitted = required(fields.Boolean, True, allow_none=True)
    concern = required(fields.Boolean, None, allow_none=True)
    ended = required(fields.String, None, allow_none=True, validate=LOCAL)
    diagnosis = required(fields.String, None, allow_none=True)
    course = required(fields.String, None, allow_none=True)
    outcome = required(fields.String, "better", allow_none=True, validate=validate.OneOf(OUTCOMES))
    classified = required(fields.String, None, allow_none=True, validate=validate.OneOf(CLASSES))


@catalogue.declare("appointments")
class AdverseEventReportedUp(_OfCard):
    """A reaction was reported to the authorities: when, to whom, under which number."""

    at = required(fields.String, "2024-04-02T10:05", validate=LOCAL)
    to = required(fields.String, "county CDC")
    number = required(fields.String, None, allow_none=True)


class _Case(EventSchema):
    card = required(fields.UUID, CARD)
    site = required(fields.String, "stadium")


@catalogue.declare("supervision")
class ClusterSuspected(EventSchema):
    """Several people had alike reactions at one site, or after one batch, within some days.

    `kind` says which, `place` is the site's code or the batch's number; `other` the sign in words.
    """

    kind = required(fields.String, "batch", validate=validate.OneOf(("site", "batch")))
    place = required(fields.String, "SV-2024-001")
    sign = required(fields.String, "high_fever", validate=validate.OneOf(SIGNS))
    other = required(fields.String, None, allow_none=True)
    since = required(fields.Date, "2024-04-02")
    until = required(fields.Date, "2024-04-04")
    cases = fields.List(fields.Nested(_Case), required=True)
