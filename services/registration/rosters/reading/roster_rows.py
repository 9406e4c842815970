"""One row of a roster: its cells read, checked and put into the system's terms (R08, R21)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from services.registration.rosters.reading.headings import TITLES
from services.registration.rosters.reading.roster_cells import (
    AGAIN,
    Wrong,
    address_of,
    cadre_of,
    cohorts_of,
    document_of,
    email_of,
    name_of,
    phone_of,
    sex_of,
    tie_of,
)
from services.registration.rosters.reading.roster_dates import NoDate, day_of
from services.registration.rosters.reading.roster_lines import Line
from services.registration.rosters.reading.workbook import Cell
from shared.kit.language import Text
from shared.town.identity_documents import Document, Sex, fits_birth


def read_row(
    sheet: str,
    row: int,
    values: dict[str, Cell],
    *,
    column: str = "",
    hidden: bool = False,
    today: date | None = None,
) -> tuple[Line | None, list[Wrong]]:
    """Return the row's line, or None and all that is wrong with it.

    `values` are the cells by the field of their column. A date of birth after `today` is wrong.
    """
    wrong: list[Wrong] = []
    notes: list[str] = ["hidden_row"] if hidden else []
    got: dict[str, Any] = {}
    mended = {name: partial(read, notes=notes) for name, read in _MENDED.items()}
    for name, read in (_PLAIN | mended).items():
        try:
            got[name] = read(values.get(name, ""))
        except Wrong as error:
            wrong.append(error)
    document: Document | None = None
    try:
        document = document_of(
            values.get("card_number", ""), values.get("document_kind", ""), notes
        )
    except Wrong as error:
        wrong.insert(0, error)
    sex: Sex | None = got.pop("sex", None)
    cohorts: tuple[str, ...] | None = got.pop("cohort", None)
    birth_date: date | None = None
    if document is not None:
        birth_date = _birth_date(document, values.get("birth_date", ""), notes, wrong, today)
        sex = _sex(document, sex, wrong)
    if wrong or document is None or birth_date is None or sex is None:
        return None, wrong
    line = Line(
        sheet,
        row,
        document=document,
        birth_date=birth_date,
        sex=sex,
        cohorts=cohorts,
        notes=tuple(notes),
        column=column or TITLES["card_number"][0],
        **got,
    )
    return line, []


def _birth_date(
    document: Document, cell: Cell, notes: list[str], wrong: list[Wrong], today: date | None
) -> date | None:
    """The day in the number and the day in its column, which must agree where both are there."""
    try:
        said, serial = day_of(cell) if cell != "" else (None, False)
    except NoDate:
        if document.birth_date is not None:
            notes.append("birth_unread")
            return document.birth_date
        problem = Text(
            "出生日期看不懂，或可以理解成两个日期。", "This is no date, or could be two."
        )
        remedy = Text("请写成 1979-05-21 的样子。", "Write it like 1979-05-21.")
        wrong.append(Wrong("birth_date", problem, remedy, "date"))
        return None
    if serial:
        notes.append("serial_date")
    born = said or document.birth_date
    if born is None:
        problem = Text(
            "此类证件须填写出生日期。", "This document needs the date of birth beside it."
        )
        remedy = Text("请填写“出生日期”栏。", "Fill in the column for the date of birth.")
        wrong.append(Wrong("birth_date", problem, remedy, "date_missing"))
        return None
    if said is not None and not fits_birth(document, said):
        problem = Text(
            "出生日期与证件号码不符，请核对证件。",
            "The date of birth disagrees with the number; compare it with the document.",
        )
        wrong.append(Wrong("birth_date", problem, AGAIN, "date_disagrees"))
        return None
    if today is not None and born > today:
        of = "birth_date" if said is not None else "card_number"
        problem = Text(
            "出生日期在今天以后，请核对证件。",
            "The date of birth is in the future; compare it with the document.",
        )
        wrong.append(Wrong(of, problem, AGAIN, "date_future"))
        return None
    return born


def _sex(document: Document, said: Sex | None, wrong: list[Wrong]) -> Sex | None:
    if document.sex is None:
        if said is None and not any(each.of == "sex" for each in wrong):
            problem = Text("此类证件须填写性别。", "This document needs the sex beside it.")
            remedy = Text(
                "请填写“性别”栏：女、男。", "Fill in the column for the sex: female or male."
            )
            wrong.append(Wrong("sex", problem, remedy, "sex_missing"))
        return said
    if said is not None and said != document.sex:
        problem = Text(
            "性别与证件号码不符，请核对证件。",
            "The sex does not agree with the document number; compare it with the document.",
        )
        wrong.append(Wrong("sex", problem, AGAIN, "sex_disagrees"))
    return document.sex


_PLAIN: dict[str, Callable[[Cell], Any]] = {
    "name": name_of,
    "tie": tie_of,
    "sex": sex_of,
    "cohort": cohorts_of,
    "email": email_of,
    "address": address_of,
}
_MENDED: dict[str, Callable[..., Any]] = {"phone": phone_of, "cadre": cadre_of}
