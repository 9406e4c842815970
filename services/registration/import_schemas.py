"""Shapes of imports over HTTP."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.registration.import_tables import STATES

GROUPS = ("errors", "corrected", "close", "new", "unchanged")
OUTCOMES = ("new", "corrected", "unchanged", "close")


class ImportTaken(Schema):
    """A file was taken in; it is read by a job of this id."""

    class Meta:
        """`import` is a word of the language."""

        include = {"import": fields.UUID()}  # noqa: RUF012 - marshmallow's way

    unit = fields.String()
    state = fields.String(validate=validate.OneOf(STATES))


class ImportCounts(Schema):
    """How many rows of the file are in which group; every row is in one of them."""

    new = fields.Integer()
    corrected = fields.Integer()
    unchanged = fields.Integer()
    close = fields.Integer()
    errors = fields.Integer()


class ImportJob(ImportTaken):
    """Where a job stands; `counts` when it is done."""

    actor = fields.String()
    queued_at = fields.AwareDateTime()
    ended_at = fields.AwareDateTime(allow_none=True)
    rows_done = fields.Integer()
    rows_total = fields.Integer(allow_none=True)
    rows_per_s = fields.Float(allow_none=True)
    seconds_left = fields.Float(allow_none=True)
    counts = fields.Nested(ImportCounts, allow_none=True)


class ImportJobs(Schema):
    """A unit's latest imports."""

    imports = fields.List(fields.Nested(ImportJob))


class RosterTrouble(Schema):
    """One more thing that is wrong with a row."""

    column = fields.String()
    value = fields.String()
    problem = fields.String()
    remedy = fields.String()


class RosterFault(RosterTrouble):
    """A row that was not taken."""

    sheet = fields.String()
    row = fields.Integer()
    also = fields.List(fields.Nested(RosterTrouble))


class Change(Schema):
    """One thing that a row says otherwise than it was registered."""

    field = fields.String()
    before = fields.String()
    after = fields.String()


class RosterEntry(Schema):
    """A row that was taken; `changes` if it corrected somebody."""

    sheet = fields.String()
    row = fields.Integer()
    outcome = fields.String(validate=validate.OneOf(OUTCOMES))
    resident = fields.UUID()
    changes = fields.List(fields.Nested(Change))


class Ignored(Schema):
    """A column, or a whole sheet (`column` is empty), that was not read."""

    sheet = fields.String()
    column = fields.String()


class ImportAnswer(Schema):
    """What became of every row of a roster: it is an entry or an error."""

    class Meta:
        """`import` is a word of the language."""

        include = {"import": fields.UUID()}  # noqa: RUF012 - marshmallow's way

    unit = fields.String()
    rows = fields.Integer()
    new = fields.Integer()
    corrected = fields.Integer()
    unchanged = fields.Integer()
    close = fields.Integer()
    errors = fields.List(fields.Nested(RosterFault))
    entries = fields.List(fields.Nested(RosterEntry))
    ignored = fields.List(fields.Nested(Ignored))


class ImportPage(Schema):
    """Which group of a result the page shows, and from which row of it on."""

    group = fields.String(load_default=None, validate=validate.OneOf(GROUPS))
    after = fields.Integer(load_default=0, validate=validate.Range(0, 1_000_000))
