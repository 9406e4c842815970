"""What the supervision group says: the ledger stands, and whether the reports agree with it."""

from marshmallow import fields

from shared.kit.contracts.catalogue import EventSchema, catalogue


@catalogue.declare(
    "supervision",
    example={
        "entries": 76862,
        "head": "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
        "positions": {"registration": 72151, "appointments/stadium": 4711},
    },
)
class LedgerCheckpointed(EventSchema):
    """The ledger held this many entries and its hash chain ended in `head` (SHA-256, hex)."""

    entries = fields.Integer(required=True)
    head = fields.String(required=True)
    positions = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


@catalogue.declare(
    "supervision",
    example={
        "kind": "report_differs",
        "subject": "2024-W14",
        "detail": "town.first: published 41, replayed 40",
    },
)
class AnomalyFlagged(EventSchema):
    """Something does not add up; somebody has to look at it."""

    kind = fields.String(required=True)
    subject = fields.String(required=True)
    detail = fields.String(required=True)
