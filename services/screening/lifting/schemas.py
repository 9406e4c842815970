"""Shapes of what takes a finding back."""

from __future__ import annotations

from marshmallow import Schema, fields

from shared.town.web.free_text import NOTE


class Because(Schema):
    """Why a finding is taken back, or stays."""

    reason = fields.String(required=True, validate=NOTE)
