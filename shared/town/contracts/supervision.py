"""What the supervision group says: the ledger stands, and whether the reports agree with it."""

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
