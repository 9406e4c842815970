"""Shapes of what is told of batches."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from shared.kit.web.field_errors import said
from shared.town.contracts.stock import waste_reason
from shared.town.web.free_text import CODE, KNOWN_CODE, NOTE

# It stands in an address: no part of it is empty or begins with a dot.
IN_ADDRESS = validate.Regexp(
    r"^(?!\.)[^/]+(/(?!\.)[^/]+)*$",
    error=said(
        "批号不能以 / 或 . 开头，不能以 / 结尾",
        "a batch number does not begin with / or ., nor end with /",
    ),
)
MANY = validate.Range(1, 1_000_000)


UNSAID = said("选“其他”时请写明原因", "say what happened")
TWICE = said("原因写一处即可", "give the reason as a code, or else in words only")


def _typed(*checks: Any, **more: Any) -> fields.String:
    """A text that may be left empty."""
    return fields.String(load_default=None, validate=checks, **more)


class _TakenIn(Schema):
    """Doses that came; `per_vial` as of the product unless said. `different`: from what looks alike."""

    batch = fields.String(required=True, validate=(*CODE, IN_ADDRESS))
    product = fields.String(required=True, validate=CODE)
    doses = fields.Integer(required=True, validate=MANY)
    expiry = fields.Date(required=True)
    per_vial = fields.Integer(load_default=None, validate=validate.OneOf((1, 2)))
    different = fields.Boolean(load_default=False)


class BatchBody(_TakenIn):
    """A batch that arrived; `expiry` is the last day it may be given, `note` the delivery's number."""

    note = _typed(*CODE)


class Arrival(_TakenIn):
    """Doses that another site sent, with the number of its note."""

    from_site = fields.String(required=True, validate=KNOWN_CODE)
    note = fields.String(required=True, validate=CODE)


class Sending(Schema):
    """Doses for another site, and the number of the note that goes with them."""

    to_site = fields.String(required=True, validate=KNOWN_CODE)
    doses = fields.Integer(required=True, validate=MANY)
    note = fields.String(required=True, validate=CODE)


class Waste(Schema):
    """Doses written off: `reason` is a code, or what happened in words; `opened`: of opened vials."""

    doses = fields.Integer(required=True, validate=MANY)
    reason = fields.String(required=True, validate=NOTE)
    opened = fields.Boolean(load_default=None)
    note = _typed(*NOTE)

    @post_load
    def by_code(self, data: dict[str, Any], **_more: Any) -> dict[str, Any]:
        """Return the reason as a code, its own words as the note. Raises `ValidationError`."""
        text, code = data["reason"], waste_reason(data["reason"])
        words = text if code == "other" and text != code else None
        if words and data["note"]:
            raise ValidationError(TWICE, "reason")
        note = words or data["note"]
        if code == "other" and not note:
            raise ValidationError(UNSAID, "note")
        opened = code == "not_used_up" if data["opened"] is None else data["opened"]
        return data | {"reason": code, "note": note, "opened": opened}


class Vial(Schema):
    """The opened vial that was seen: when it was opened, as the stock says."""

    opened_at = fields.AwareDateTime(required=True)


class Count(Schema):
    """Doses counted; `expected`: what the books had then. A difference is explained."""

    counted = fields.Integer(required=True, validate=validate.Range(0, 1_000_000))
    expected = fields.Integer(load_default=None)
    explanation = _typed(*NOTE)


class Recall(Schema):
    """Why a batch is recalled."""

    reason = fields.String(required=True, validate=NOTE)


class RecipientsPage(Schema):
    """Which page of the people who got a dose of a batch."""

    page = fields.Integer(load_default=1, validate=validate.Range(1, 10_000))
