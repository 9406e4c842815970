"""Shapes of imports over HTTP."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.registration.rosters.views import STATES

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
    code = fields.String()


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


class Match(Schema):
    """Somebody registered whom a new person may be; `score` from 0 to 1."""

    resident = fields.UUID()
    score = fields.Float()
    reasons = fields.List(fields.String())


class RosterEntry(Schema):
    """A row that was taken; `changes` if it corrected somebody, `matches` if it is close."""

    sheet = fields.String()
    row = fields.Integer()
    outcome = fields.String(validate=validate.OneOf(OUTCOMES))
    resident = fields.UUID()
    changes = fields.List(fields.Nested(Change))
    matches = fields.List(fields.Nested(Match))
    counted_in = fields.String()  # another unit than the roster's: this one lists them too (R16)


class RosterNote(Schema):
    """What was put right in a row without asking."""

    sheet = fields.String()
    row = fields.Integer()
    notes = fields.List(fields.String())


class Ignored(Schema):
    """A column, or a whole sheet (`column` is empty), that was not read."""

    sheet = fields.String()
    column = fields.String()


class Account(Schema):
    """What became of a sheet's rows: `rows` is the sum of the next five, `remarks` counted."""

    sheet = fields.String()
    rows = fields.Integer()
    people = fields.Integer()
    heading = fields.Integer()
    empty = fields.Integer()
    remarks = fields.List(fields.Integer())
    unread = fields.Integer()
    hidden_rows = fields.Integer()
    hidden_columns = fields.List(fields.String())


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
    notes = fields.List(fields.Nested(RosterNote))
    accounts = fields.List(fields.Nested(Account))


class ImportPage(Schema):
    """Which group of a result the page shows, and from which row of it on."""

    group = fields.String(load_default=None, validate=validate.OneOf(GROUPS))
    after = fields.Integer(load_default=0, validate=validate.Range(0, 1_000_000))
