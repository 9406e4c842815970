"""Shapes of what is said of duty."""

from __future__ import annotations

from collections.abc import Mapping

from marshmallow import Schema, fields, post_load, validate

from shared.town.contracts.visits import POSTS
from shared.town.web.free_text import DESK, KNOWN_CODE
from shared.town.web.schemas import Boxes


class TakeDuty(Boxes):
    """Who is on duty, oneself when left out, at which posts and which desk."""

    login = fields.String(load_default=None, validate=KNOWN_CODE)
    posts = fields.List(
        fields.String(validate=validate.OneOf(POSTS)),
        required=True,
        validate=validate.Length(1, len(POSTS)),
    )
    desk = fields.String(load_default=None, validate=DESK)

    @post_load
    def tidy(self, values: Mapping[str, object], **_: object) -> dict[str, object]:
        """Take an empty desk for none."""
        return dict(values) | {"desk": str(values["desk"] or "").strip() or None}


class LeaveDuty(Schema):
    """Who is on duty no more; oneself when left out."""

    login = fields.String(load_default=None, validate=KNOWN_CODE)
