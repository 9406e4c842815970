"""What registration says of rosters: newer versions of what `registration` declares."""

from marshmallow import fields

from shared.kit.contracts.catalogue import Data, EventSchema, catalogue


@catalogue.declare(
    "registration",
    version=2,
    example={
        "unit": "v01",
        "file_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "rows": 1756,
        "new": 1747,
        "corrected": 1,
        "unchanged": 3,
        "close": 3,
        "errors": 2,
    },
)
class RosterImported(EventSchema):
    """A unit's roster was read; every row is in exactly one of the five counts (R21).

    `close`: registered, and may be somebody known by another document or name.
    """

    unit = fields.String(required=True)
    file_sha256 = fields.String(required=True)
    rows = fields.Integer(required=True)
    new = fields.Integer(required=True)
    corrected = fields.Integer(required=True)
    unchanged = fields.Integer(required=True)
    close = fields.Integer(required=True)
    errors = fields.Integer(required=True)


@catalogue.upcaster("RosterImported", from_version=1)
def _(data: Data) -> Data:
    return data | {"close": 0}
