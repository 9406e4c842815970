"""Shapes of what the desk is told and asked."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, pre_load, validate

from services.screening.rules import loading
from shared.town.terms.screening import FINDINGS

STATUS = validate.OneOf(tuple(FINDINGS))
REST = "no"

# Answers by question; temperature in °C, all others true or false (true = yes). Which of them a
# person is asked, the rules say.
_answers: dict[str, Any] = {"temperature": fields.Float(required=True, allow_nan=False)} | {
    question.code: fields.Boolean() for question in loading.current().questions
}
Answers = Schema.from_dict(_answers, name="Answers")


class ScreeningBody(Schema):
    """One person's answers at a site; a page's form sends `answers.<question>` fields.

    `rest`: all that is left was read out and answered no.
    """

    site = fields.String(required=True, validate=validate.Length(1, 40))
    answers = fields.Nested(Answers, required=True)
    rest = fields.String(load_default=None, validate=validate.OneOf((REST,)))

    @pre_load
    def gather(self, values: Any, **_: Any) -> Any:
        """Gather a form's flat fields."""
        flat = {k: v for k, v in values.items() if k.startswith("answers.")}
        if not flat:
            return values
        others = {k: v for k, v in values.items() if k not in flat}
        return others | {"answers": {k.removeprefix("answers."): v for k, v in flat.items()}}


class Listing(Schema):
    """Which residents."""

    status = fields.String(load_default=None, validate=STATUS)
    unit = fields.String(load_default=None, validate=validate.Length(1, 40))
    after = fields.String(load_default="", validate=validate.Length(max=40))
