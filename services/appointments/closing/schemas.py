"""Shapes of what is said of the end of a day."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from shared.kit.web.field_errors import said
from shared.town.contracts.closing import REVIEWED
from shared.town.web.free_text import NOTE, without_personal_number

SHOWN_AT = fields.Integer(load_default=None, validate=validate.Range(min=0))
"""The version the page was shown at; 0: nothing had been said of the day."""


ITEM = validate.Regexp(
    rf"^({'|'.join(REVIEWED)}):[^\n]{{1,100}}$",
    error=said("应为页面上的核查项", "an item of the page is expected"),
)


class Close(Schema):
    """Why a day is closed although points are open; empty when none is."""

    note = fields.String(
        load_default=None, validate=(validate.Length(max=200), without_personal_number)
    )
    version = SHOWN_AT


class Reopen(Schema):
    """Why a day goes on."""

    reason = fields.String(required=True, validate=NOTE)
    version = SHOWN_AT


class Look(Schema):
    """What was found of one thing that needs a look."""

    item = fields.String(required=True, validate=ITEM)
    note = fields.String(required=True, validate=NOTE)
