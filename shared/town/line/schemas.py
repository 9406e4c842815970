"""Shapes of what is said of numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import (
    Schema,
    ValidationError,
    fields,
    post_load,
    validate,
    validates_schema,
)

from shared.kit.web.field_errors import said
from shared.town.contracts.queues import NUMBER
from shared.town.web.free_text import DESK

_ONE_OR_ALL = said("请填号码，或者填原来的台号", "Give a number, or the desk they wait for now")


class OfNumber(Schema):
    """A number of today; `day` and `version` are those of the page it was shown on, where it was."""

    number = fields.Integer(required=True, validate=NUMBER)
    day = fields.Date(load_default=None)
    version = fields.Integer(load_default=None, validate=validate.Range(0, 2**31))


class Directing(OfNumber):
    """Who is to wait for a desk (none: for any): a number, or all who wait for `from_desk`."""

    number = fields.Integer(load_default=None, validate=NUMBER)
    from_desk = fields.String(load_default=None, validate=DESK)
    desk = fields.String(load_default=None, validate=DESK)

    @validates_schema
    def names_somebody(self, values: Mapping[str, Any], **_: Any) -> None:
        """Refuse what names neither one nor all."""
        if (values["number"] is None) == (not (values["from_desk"] or "").strip()):
            raise ValidationError(_ONE_OR_ALL, "number")

    @post_load
    def tidy(self, values: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        """Take an empty desk for none."""
        desks = {name: str(values[name] or "").strip() or None for name in ("from_desk", "desk")}
        return dict(values) | desks
