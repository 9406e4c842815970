"""Typed values: what a person types of one resident, checked as a row of a roster is."""

from __future__ import annotations

from typing import TypedDict

from marshmallow import ValidationError

from services.registration.rosters.reading.roster_cells import AGAIN, AS_TEXT, Wrong
from services.registration.rosters.reading.roster_lines import Line
from services.registration.rosters.reading.typed_row import read_typed
from services.registration.rosters.reading.workbook import Cell
from services.registration.staff.queries import cadres_at_work
from shared.kit.language import t
from shared.town.work import Work


class Typed(TypedDict, total=False):
    """What was typed of a person; what is left out is not said."""

    name: str
    document_kind: str
    card_number: str
    sex: str
    birth_date: str
    phone: str
    email: str
    address: str
    tie: str
    cadre: str
    cohort: str
    cohorts: list[str]


_LISTS = ("cohort", "cohorts")
_OF_A_FILE = (AGAIN, AS_TEXT)


def line_of(work: Work, unit: str, said: Typed) -> Line:
    """Return what was typed as a roster's line; raise `ValidationError` at the fields that are wrong."""
    values: dict[str, Cell] = {
        name: str(value or "") for name, value in said.items() if name not in _LISTS
    }
    values["cohort"] = "、".join(_cohorts(said))
    line, wrong = read_typed(values, today=work.today())
    errors = {each.of: [_told(each)] for each in reversed(wrong)}
    cadre = said.get("cadre")
    if cadre and cadre not in cadres_at_work(work, unit):
        errors["cadre"] = [t("本单位没有这个账号。", "The unit has no such account.")]
    if errors or line is None:
        raise ValidationError(errors)
    return line


def _cohorts(said: Typed) -> list[str]:
    main, others = said.get("cohort", ""), said.get("cohorts", [])
    return [each for each in dict.fromkeys((main, *others)) if each]


def _told(wrong: Wrong) -> str:
    if wrong.remedy in _OF_A_FILE:
        return str(wrong.problem)
    return f"{wrong.problem}{t('', ' ')}{wrong.remedy}"
