"""What registration says of rosters: newer versions of what `registration` declares."""

from marshmallow import fields

from shared.kit.contracts import Data, catalogue, required
from shared.town.contracts.registration import OfUnit


@catalogue.declare("registration", version=2)
class RosterImported(OfUnit):
    """A unit's roster was read; every row is in exactly one of the five counts (R21).

    `close`: registered, and may be somebody known by another document or name.
    """

    file_sha256 = required(
        fields.String, "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )
    rows = required(fields.Integer, 1756)
    new = required(fields.Integer, 1747)
    corrected = required(fields.Integer, 1)
    unchanged = required(fields.Integer, 3)
    close = required(fields.Integer, 3)
    errors = required(fields.Integer, 2)


@catalogue.upcaster("RosterImported", from_version=1)
def _(data: Data) -> Data:
    return data | {"close": 0}
