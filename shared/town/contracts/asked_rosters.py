"""What registration says of rosters that ask, and of what they note beside the facts."""

from marshmallow import fields, validate

from shared.kit.contracts import Data, Sealed, catalogue, required
from shared.town.contracts.registration import OfResident, OfUnit

MARKS = (
    "died",
    "moved_away",
    "not_found",
    "away",
    "vaccinated",
    "pregnant",
    "allergic",
    "ill",
)
"""What a roster says of a person beside the facts."""
LEFT = ("died", "moved_away", "not_found")
"""Marks of who is not where the roster would have them."""


@catalogue.declare("registration", version=3)
class RosterImported(OfUnit):
    """A unit's roster was read; every row is in exactly one of the six counts (R21).

    `close`: registered, and may be somebody known by another document or name. `asked`: nothing
    was done with the row, which is a question to the unit.
    """

    file_sha256 = required(
        fields.String, "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )
    rows = required(fields.Integer, 1756)
    new = required(fields.Integer, 1745)
    corrected = required(fields.Integer, 1)
    unchanged = required(fields.Integer, 3)
    close = required(fields.Integer, 3)
    errors = required(fields.Integer, 2)
    asked = required(fields.Integer, 2)


@catalogue.upcaster("RosterImported", from_version=2)
def _asked_nothing(data: Data) -> Data:
    return data | {"asked": 0}


@catalogue.declare("registration")
class ResidentNoted(OfResident):
    """What a roster says of a resident beside the facts: all of it, as of now; no verdict.

    `remark` seals the words of the roster's remark; null when there are none.
    """

    marks = required(fields.List, ["pregnant"], fields.String(validate=validate.OneOf(MARKS)))
    remark = required(
        Sealed,
        "s2.contact.1.AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "resident",
        allow_none=True,
    )
