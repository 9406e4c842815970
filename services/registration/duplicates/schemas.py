"""Shapes of close matches and links over HTTP."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from shared.town.contracts.matches import REASON

STATES = ("open", "later")
PAIRS_AT_ONCE = 50


class Queue(Schema):
    """Which pairs: to decide now, or put off."""

    state = fields.String(load_default="open", validate=validate.OneOf(STATES))
    limit = fields.Integer(load_default=PAIRS_AT_ONCE, validate=validate.Range(1, 500))


class PairRow(Schema):
    """Two records that may be of one person; `score` is null for two named by hand."""

    resident = fields.UUID()
    other = fields.UUID()
    unit = fields.String()
    other_unit = fields.String()
    score = fields.Float(allow_none=True)
    reasons = fields.List(fields.String(validate=REASON))
    state = fields.String()
    until = fields.Date(allow_none=True)


class Pairs(Schema):
    """Pairs, the surest first, and how many there are in all."""

    left = fields.Integer()
    pairs = fields.List(fields.Nested(PairRow))


class Same(Schema):
    """Which of the two records stays; left out: as registration proposes."""

    stays = fields.UUID(load_default=None)


class MergeAnswer(Schema):
    """The record that yields, the one that stays, and what somebody has to look at."""

    resident = fields.UUID()
    into = fields.UUID()
    status = fields.String(validate=validate.OneOf(("merged", "already_merged", "undone")))
    attention = fields.List(fields.String())


class Later(Schema):
    """When to ask again: a day, or only when somebody asks."""

    until = fields.Date(load_default=None)


class PairAnswer(Schema):
    """The pair as it stands."""

    resident = fields.UUID()
    other = fields.UUID()
    status = fields.String(validate=validate.OneOf(("dismissed", "postponed", "open")))


class Named(Schema):
    """The other record, by its id."""

    other = fields.UUID(required=True)


class QueuePage(Schema):
    """What the queue's page shows, and what has just been done on it."""

    state = fields.String(load_default="open", validate=validate.OneOf(STATES))
    done = fields.String(
        load_default=None, validate=validate.OneOf(("same", "different", "later", "undone"))
    )


class ComparePage(Schema):
    """What has just been done."""

    done = fields.String(load_default=None, validate=validate.OneOf(("same", "undone")))
