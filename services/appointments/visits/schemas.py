"""Shapes of visits."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from shared.kit.web.field_errors import said
from shared.town.contracts.visits import SIDES, TRACE_CODE
from shared.town.web.free_text import CODE, DESK, SIGNATURE, without_personal_number

_TRACE = validate.Regexp(f"^$|{TRACE_CODE}", error=said("应为 20 位数字", "20 digits are expected"))


class Dose(Schema):
    """From which batch, by whom, where and from which package the due dose is given.

    `batch` may be the package's trace code, 20 digits: the batch is then the one to be used first.
    `shown` is the slip or card that is compared with the person and not kept; `seen` says that
    somebody has compared. A form needs one of them.
    """

    batch = fields.String(required=True, validate=CODE)
    vaccinator = fields.String(required=True, validate=SIGNATURE)
    body_side = fields.String(load_default=None, validate=validate.OneOf(SIDES))
    desk = fields.String(load_default=None, validate=DESK)
    trace_code = fields.String(load_default=None, validate=_TRACE)
    shown = fields.String(load_default=None, validate=validate.Length(max=60))
    seen = fields.Boolean(load_default=False)


class Leaving(Schema):
    """Why somebody leaves before the observation is over; nothing when it is."""

    early_reason = fields.String(
        load_default=None, validate=(validate.Length(max=200), without_personal_number)
    )
