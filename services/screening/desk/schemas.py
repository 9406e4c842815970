"""Shapes of what the desk is told and asked."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, pre_load, validate

from services.screening.domain.rules import QUESTIONS
from shared.town.terms.screening import FINDINGS
from shared.town.web.free_text import NOTE

STATUS = validate.OneOf(tuple(FINDINGS))
YES_NO = [question for question in QUESTIONS if question != "temperature"]


# What a button answers of all questions that have no answer yet.
_NO = {question: "false" for question in YES_NO if question != "healthy"}
REST = {"no": _NO, "well": _NO | {"healthy": "true"}}

# Answers by question; temperature in °C, all others true or false (true = yes).
_answers: dict[str, Any] = {"temperature": fields.Float(required=True, allow_nan=False)} | {
    question: fields.Boolean(required=True) for question in YES_NO
}
Answers = Schema.from_dict(_answers, name="Answers")


class ScreeningBody(Schema):
    """One person's answers at a site; a page's form sends `answers.<question>` fields.

    `rest` is the button that answered good health, which was not answered by itself.
    """

    site = fields.String(required=True, validate=validate.Length(1, 40))
    answers = fields.Nested(Answers, required=True)
    rest = fields.String(load_default=None, validate=validate.OneOf(tuple(REST)))

    @pre_load
    def gather(self, values: Any, **_: Any) -> Any:
        """Gather a form's flat fields; the button that was pressed may answer what is left."""
        flat = {k: v for k, v in values.items() if k.startswith("answers.")}
        if not flat:
            return values
        given = {k.removeprefix("answers."): v for k, v in flat.items()}
        pressed, by_itself = values.get("rest"), {"rest"} if "healthy" in given else set[str]()
        others = {k: v for k, v in values.items() if k not in flat.keys() | by_itself}
        left = REST[pressed] if isinstance(pressed, str) and pressed in REST else {}
        return others | {"answers": left | given}


class Withdrawal(Schema):
    """Why a clearance is taken back."""

    reason = fields.String(required=True, validate=NOTE)


class Listing(Schema):
    """Which residents."""

    status = fields.String(load_default=None, validate=STATUS)
    unit = fields.String(load_default=None, validate=validate.Length(1, 40))
    after = fields.String(load_default="", validate=validate.Length(max=40))
