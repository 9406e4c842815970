"""Shapes of what is typed of one person."""

from __future__ import annotations

from collections.abc import Iterable

from marshmallow import fields, validate

from services.registration.residents.schemas import COHORT
from shared.town.terms.residents import COHORTS, DOCUMENT_KINDS, SEXES, TIES
from shared.town.web.free_text import without_personal_number
from shared.town.web.schemas import VERSION, AsOf, Boxes

__all__ = ["AsOf", "Correction", "Person", "Sought"]

_CELL = validate.Length(max=250)
_NUMBER = validate.Length(max=40)
# A form says "" so that a list is sent when no box is ticked.
_NO_OR_COHORT = validate.OneOf(("", *COHORTS))


def _one_of(codes: Iterable[str]) -> fields.String:
    return fields.String(load_default="", validate=validate.OneOf(("", *codes)))


class Person(Boxes):
    """Somebody to be registered; a form ticks `cohorts.<code>`.

    `despite_wish`: the data were erased at the person's own wish, who now wants to take part;
    `despite_age`: under age, and registered all the same.
    """

    name = fields.String(required=True, validate=_CELL)
    document_kind = _one_of(DOCUMENT_KINDS)
    card_number = fields.String(required=True, validate=_NUMBER)
    sex = _one_of(SEXES)
    birth_date = fields.String(load_default="", validate=_NUMBER)
    phone = fields.String(load_default="", validate=_CELL)
    email = fields.String(load_default="", validate=_CELL)
    address = fields.String(load_default="", validate=_CELL)
    tie = _one_of(TIES)
    cohort = fields.String(load_default="", validate=_NO_OR_COHORT)
    cohorts = fields.List(fields.String(validate=_NO_OR_COHORT), load_default=list)
    cadre = fields.String(load_default="", validate=(_NUMBER, without_personal_number))
    despite_wish = fields.Boolean(load_default=False)
    despite_age = fields.Boolean(load_default=False)


class Correction(Boxes):
    """What is to be different; what is left out stays, and an empty telephone or address goes.

    `version` is that of the page: refused when somebody has changed the record since.
    """

    name = fields.String(validate=_CELL)
    sex = fields.String(validate=validate.OneOf(tuple(SEXES)))
    birth_date = fields.String(validate=_NUMBER)
    phone = fields.String(validate=_CELL)
    email = fields.String(validate=_CELL)
    address = fields.String(validate=_CELL)
    tie = fields.String(validate=validate.OneOf(tuple(TIES)))
    cohort = fields.String(validate=COHORT)
    cohorts = fields.List(fields.String(validate=_NO_OR_COHORT))
    version = VERSION


class Sought(Boxes):
    """Whom to look for before somebody is added: a number, or a name with a date of birth."""

    text = fields.String(required=True, validate=validate.Length(1, 60))
    born = fields.String(load_default="", validate=validate.Length(max=20))
