"""Shapes of what is asked of imports over HTTP."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from shared.town.terms.residents import TIES
from shared.town.terms.rosters import QUESTION_ANSWERS, RESULT_GROUPS
from shared.town.web.free_text import without_personal_number

LONGEST_TITLE = 200
"""Signs of a column's title."""


class ImportPage(Schema):
    """Which group of a result the page shows, and from which row of it on."""

    group = fields.String(load_default=None, validate=validate.OneOf(RESULT_GROUPS))
    after = fields.Integer(load_default=0, validate=validate.Range(0, 1_000_000))


class FileAnswers(Schema):
    """What is answered about a file as a whole: what it does not say, and that it goes on."""

    tie = fields.String(load_default=None, validate=validate.OneOf(tuple(TIES)))
    mobile = fields.String(
        load_default=None, validate=(validate.Length(1, LONGEST_TITLE), without_personal_number)
    )
    go_on = fields.Boolean(load_default=False)


class RowAnswer(Schema):
    """How the question about a row is answered."""

    answer = fields.String(required=True, validate=validate.OneOf(tuple(QUESTION_ANSWERS)))
