"""Shapes of accepting a source's history."""

from __future__ import annotations

from marshmallow import fields, validate

from shared.town.web.free_text import not_blank
from shared.town.web.schemas import AcceptedHistory


class Decision(AcceptedHistory):
    """What was shown to the operator, and why it is to count."""

    reason = fields.String(required=True, validate=(validate.Length(1, 500), not_blank))
