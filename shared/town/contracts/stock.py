"""What sites say of their stock beyond `appointments`: deliveries, losses, counts, doses sent on; and recalls."""

from marshmallow import fields, validate

from shared.kit.contracts import Data, EventSchema, catalogue, required

WASTE_REASONS = ("broken", "expired", "not_used_up", "cold_chain", "other")
# What was written before there were codes, and still is by whoever writes words.
_IN_WORDS = {
    "破损": "broken",
    "broken": "broken",
    "vial broken": "broken",
    "开瓶超时": "not_used_up",
    "vial open too long": "not_used_up",
}


def waste_reason(text: str) -> str:
    """Return the code of a reason given in words; "other" for words of one's own."""
    return text if text in WASTE_REASONS else _IN_WORDS.get(text, "other")


class _OfBatch(EventSchema):
    site = required(fields.String, "stadium")
    batch = required(fields.String, "SV-2024-001")


class _TakenIn(_OfBatch):
    product = required(fields.String, "CoronaVac")
    doses = required(fields.Integer, 12000)
    expiry = required(fields.Date, "2025-01-31")
    per_vial = required(fields.Integer, 1, validate=validate.OneOf((1, 2)))


@catalogue.declare("appointments", version=2)
class BatchReceived(_TakenIn):
    """A delivery of one batch, whose doses add to those that came before; `note`: its number.

    `expiry` is the last day the doses may be given, `per_vial` how many a vial holds.
    """

    note = required(fields.String, "D-2024-0031", allow_none=True)


@catalogue.upcaster("BatchReceived", from_version=1)
def _without_a_note(data: Data) -> Data:
    return data | {"per_vial": 1, "note": None}


@catalogue.declare("appointments", version=2)
class DosesWasted(_OfBatch):
    """Doses left the stock without being given; `opened`: of opened vials, null where not said."""

    doses = required(fields.Integer, 2)
    reason = required(fields.String, "broken", validate=validate.OneOf(WASTE_REASONS))
    opened = required(fields.Boolean, False, allow_none=True)
    note = required(fields.String, None, allow_none=True)


@catalogue.upcaster("DosesWasted", from_version=1)
def _by_code(data: Data) -> Data:
    code = waste_reason(data["reason"])
    note = data["reason"] if code == "other" else None
    return data | {"reason": code, "opened": None, "note": note}


@catalogue.declare("appointments")
class StockCounted(_OfBatch):
    """Doses of a batch were counted; the books, which had `expected`, follow the count."""

    day = required(fields.Date, "2024-04-02")
    counted = required(fields.Integer, 997)
    expected = required(fields.Integer, 998)
    explanation = required(fields.String, "a vial was lost", allow_none=True)


@catalogue.declare("appointments")
class DosesSent(_OfBatch):
    """Doses of a batch left for another site, under a note's number."""

    day = required(fields.Date, "2024-04-02")
    to_site = required(fields.String, "township")
    doses = required(fields.Integer, 200)
    note = required(fields.String, "T-2024-007")


@catalogue.declare("appointments")
class DosesArrived(_TakenIn):
    """Doses that another site sent, under its note's number, are in this site's stock."""

    day = required(fields.Date, "2024-04-02")
    from_site = required(fields.String, "township")
    note = required(fields.String, "T-2024-007")


@catalogue.declare("supervision")
class RecallOrdered(EventSchema):
    """No site may give any more of a batch; every site that has it recalls it by itself."""

    batch = required(fields.String, "SV-2024-001")
    product = required(fields.String, "CoronaVac")
    reason = required(fields.String, "recalled by the maker")
