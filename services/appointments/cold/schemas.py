"""Shapes of readings, of where a batch lies, and of the end of a quarantine."""

from __future__ import annotations

import re
import unicodedata

from marshmallow import Schema, ValidationError, fields, validate

from shared.kit.web.field_errors import said
from shared.town.campaign.schemas import FRIDGE
from shared.town.contracts.fridges import CAUSES
from shared.town.web.free_text import NOTE, SIGNATURE

LEAST, MOST = -30, 45
"""No thermometer of a refrigerator shows what is beyond."""
_CELSIUS = re.compile(r"[+-]?\d{1,3}(\.\d)?")
_SIGNS = str.maketrans({"−": "-", "–": "-", ",": ".", "，": ".", "。": "."})
_NO_NUMBER = said(
    "写温度计上的数，最多一位小数，如 4.5", "a temperature such as 4.5, one decimal at most"
)
_BEYOND = said(
    "应在 −30 到 45 之间，请再看一次温度计", "between −30 and 45; look at the thermometer again"
)
_CLOCK = validate.Regexp(
    r"^$|^([01]\d|2[0-3]):[0-5]\d$", error=said("应为时刻，如 08:05", "a time such as 08:05")
)
NAME = validate.Regexp(
    f"^{FRIDGE}$", error=said("应为冰箱编号，如 A", "a refrigerator's name, as A")
)


class Celsius(fields.Float):
    """A temperature as people type it: full width, with a comma or a long minus; one decimal."""

    def _validated(self, value: object) -> float:
        """Return it. Raises `ValidationError`."""
        text = unicodedata.normalize("NFKC", str(value).strip()).translate(_SIGNS)
        text = text.removesuffix("°C").removesuffix("℃").strip()
        if isinstance(value, bool) or not _CELSIUS.fullmatch(text):
            raise ValidationError(_NO_NUMBER)
        if not LEAST <= float(text) <= MOST:
            raise ValidationError(_BEYOND)
        return float(text)


class Reading(Schema):
    """A temperature read today, now unless a time is given; `sure`: also where it is unlikely."""

    fridge = fields.String(load_default="1", validate=NAME)
    celsius = Celsius(required=True, validate=validate.Range(LEAST, MOST))
    time = fields.String(load_default=None, validate=_CLOCK)
    sure = fields.Boolean(load_default=False)


class Withdrawing(Schema):
    """Why a reading was wrong."""

    reason = fields.String(required=True, validate=NOTE)


class Storing(Schema):
    """In which refrigerator a batch lies."""

    fridge = fields.String(required=True, validate=NAME)


class Releasing(Schema):
    """Why all batches held for a withdrawn reading may be given again, and who decided so."""

    reason = fields.String(required=True, validate=NOTE)
    decided_by = fields.String(required=True, validate=SIGNATURE)


class Lifting(Schema):
    """Why a batch may be given again, who decided so, and of which cause.

    `times`: how often it was held when the page was shown.
    """

    cause = fields.String(required=True, validate=validate.OneOf(CAUSES))
    reason = fields.String(required=True, validate=NOTE)
    decided_by = fields.String(required=True, validate=SIGNATURE)
    times = fields.Integer(load_default=None, validate=validate.Range(1, 1_000_000))
