"""Shapes of what the desk is told and asked."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, pre_load, validate

from services.screening.rules import loading
from shared.kit.web.field_errors import said
from shared.town.terms.screening import FINDINGS

STATUS = validate.OneOf(tuple(FINDINGS))
REST = "no"
_ONE_DECIMAL = said(
    "体温只写一位小数，如 36.5。", "One decimal, as the thermometer shows it: 36.5."
)


def one_decimal(degrees: float) -> None:
    """Validate a temperature: what is judged is what the thermometer and the paper show, 36.5.

    Raises `ValidationError`.
    """
    if abs(degrees * 10 - round(degrees * 10)) > 1e-6:
        raise ValidationError(_ONE_DECIMAL)


# Answers by question; temperature in °C, all others true or false (true = yes). Which of them a
# person is asked, the rules say.
_answers: dict[str, Any] = {
    "temperature": fields.Float(required=True, allow_nan=False, validate=one_decimal)
} | {question.code: fields.Boolean() for question in loading.current().questions}
Answers = Schema.from_dict(_answers, name="Answers")


class ScreeningBody(Schema):
    """One person's answers at a site; a page's form sends `answers.<question>` fields.

    `rest`: all that is left was read out and answered no. `dose`: the one the form was shown for;
    what is left out is the one that is due.
    """

    site = fields.String(required=True, validate=validate.Length(1, 40))
    answers = fields.Nested(Answers, required=True)
    rest = fields.String(load_default=None, validate=validate.OneOf((REST,)))
    dose = fields.Integer(load_default=None, validate=validate.Range(1, 2))

    @pre_load
    def gather(self, values: Any, **_: Any) -> Any:
        """Gather a form's flat fields."""
        flat = {k: v for k, v in values.items() if k.startswith("answers.")}
        if not flat:
            return values
        others = {k: v for k, v in values.items() if k not in flat}
        return others | {"answers": {k.removeprefix("answers."): v for k, v in flat.items()}}


class WhichForm(Schema):
    """The form of which screening, by its position; the last one when left out."""

    screening = fields.Integer(load_default=None, validate=validate.Range(1, 2**53))


class Listing(Schema):
    """Which residents."""

    status = fields.String(load_default=None, validate=STATUS)
    unit = fields.String(load_default=None, validate=validate.Length(1, 40))
    after = fields.String(load_default="", validate=validate.Length(max=40))
