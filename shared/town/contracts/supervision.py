"""What supervision says: how the ledger stands, whether reports agree, which histories count."""

from marshmallow import fields

from shared.kit.contracts import EventSchema, catalogue, required


@catalogue.declare("supervision")
class LedgerCheckpointed(EventSchema):
    """The ledger held this many entries and its hash chain ended in `head` (SHA-256, hex)."""

    entries = required(fields.Integer, 76862)
    head = required(
        fields.String, "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
    )
    positions = required(
        fields.Dict,
        {"registration": 72151, "appointments/stadium": 4711},
        keys=fields.String(),
        values=fields.Integer(),
    )


@catalogue.declare("supervision")
class AnomalyFlagged(EventSchema):
    """Something does not add up; somebody has to look at it."""

    kind = required(fields.String, "report_differs")
    subject = required(fields.String, "2024-W14")
    detail = required(fields.String, "town.first: published 41, replayed 40")


@catalogue.declare("supervision")
class SourceHistoryAccepted(EventSchema):
    """A source was set back to a copy, and an operator lets what it has from there on count.

    Up to `fork` nothing changes; `lost` events after it do not count any more. After position
    `after`, whose link is `link` (SHA-256, hex), generation `generation` of its chain begins.
    """

    source = required(fields.String, "appointments/stadium")
    generation = required(fields.Integer, 2)
    fork = required(fields.Integer, 4708)
    after = required(fields.Integer, 4709)
    link = required(
        fields.String, "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
    )
    lost = required(fields.Integer, 3)
    reason = required(fields.String, "disk broken, backup of the night before")
