"""Shapes of what is asked of close matches and links."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

STATE = fields.String(load_default="open", validate=validate.OneOf(("open", "later")))


class Queue(Schema):
    """Which pairs: to decide now, or put off."""

    state = STATE
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 500))


class QueuePage(Schema):
    """The same on the queue's page."""

    state = STATE


class Same(Schema):
    """Which of the two records stays; left out: as registration proposes."""

    stays = fields.UUID(load_default=None)


class Later(Schema):
    """When to ask again: a day, or only when somebody asks."""

    until = fields.Date(load_default=None)
