"""Shapes of what is asked of close matches and links."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

STATE = fields.String(load_default="open", validate=validate.OneOf(("open", "later")))
# Where a queue goes on: what its last answer said is `next`.
AFTER = fields.String(
    load_default="",
    validate=validate.Regexp(
        r"^(-?\d{1,3}_-?\d(\.\d{1,17})?_[0-9a-f-]{36}_-?\d(\.\d{1,17})?_\d{1,18})?\Z",
        error="must be the `next` of an answer",
    ),
)


class Queue(Schema):
    """Which pairs: to decide now, or put off."""

    state = STATE
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))
    after = AFTER


class QueuePage(Schema):
    """The same on the queue's page."""

    state = STATE
    after = AFTER


class Same(Schema):
    """Which of the two records stays; left out: as registration proposes."""

    stays = fields.UUID(load_default=None)


class Later(Schema):
    """When to ask again: a day, or only when somebody asks."""

    until = fields.Date(load_default=None)
