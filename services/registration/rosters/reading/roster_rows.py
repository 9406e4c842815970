"""One row of a roster: its cells read, checked and put into the system's terms (R08, R21)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
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
    phone_of,
    sex_of,
    text_of,
    tie_of,
)
from services.registration.rosters.reading.roster_dates import SYSTEMS_APART, NoDate, day_of
from services.registration.rosters.reading.roster_lines import Line
from services.registration.rosters.reading.roster_marks import marks_in, remark_of
from services.registration.rosters.reading.roster_names import name_of
from services.registration.rosters.reading.workbook import Cell
from shared.kit.language import Text
from shared.town.identity_documents import Document, Sex, fits_birth
from shared.town.terms.rosters import MARKS


def read_row(
    sheet: str,
    row: int,
    values: dict[str, Cell],
    *,
    column: str = "",
    hidden: bool = False,
    today: date | None = None,
    tie: str | None = None,
    date1904: bool = False,
) -> tuple[Line | None, list[Wrong]]:
    """Return the row's line, or None and all that is wrong with it.

    `values` are the cells by the field of their column. A date of birth after `today` is wrong.
    `tie` is that of people whose row does not say it; without one, such a row that is good otherwise
    is None with nothing wrong. `date1904` tells that the book counts days from 1904. Cells that may
    be empty never refuse a row: what is not understood is left out, with a note.
    """
    wrong: list[Wrong] = []
    notes: list[str] = ["hidden_row"] if hidden else []
    words: list[str] = []
    got: dict[str, Any] = dict.fromkeys(("phone", *_OPTIONAL))
    for of, read in _OPTIONAL.items():
        if (cell := values.get(of, "")) != "":
            got[of] = read(cell, notes)
    if (cell := values.get("phone", "")) != "":
        got["phone"] = phone_of(cell, notes, words)
    try:
        got["name"] = name_of(values.get("name", ""), notes, words)
    except Wrong as error:
        wrong.append(error)
    document: Document | None = None
    try:
        document = document_of(
            values.get("card_number", ""), values.get("document_kind", ""), notes
        )
    except Wrong as error:
        wrong.insert(0, error)
    birth_date: date | None = None
    sex: Sex | None = None
    if document is not None:
        day = values.get("birth_date", "")
        birth_date = _birth_date(document, day, notes, wrong, today, date1904)
        sex = _sex(document, values.get("sex", ""), notes, wrong)
    tie = got.pop("tie") or tie
    if wrong or document is None or birth_date is None or sex is None or tie is None:
        return None, wrong
    said = [text_of(cell) for of in _REMARKS if (cell := values.get(of, "")) != ""] + words
    if "tie_unread" in notes:
        said.append(text_of(values["tie"]))
    line = Line(
        sheet,
        row,
        document=document,
        birth_date=birth_date,
        sex=sex,
        tie=tie,
        cohorts=got.pop("cohort"),
        marks=_marks(said),
        remark=remark_of(said, notes) if said else None,
        notes=tuple(notes),
        column=column or TITLES["card_number"][0],
        **got,
    )
    return line, []


def _marks(said: list[str]) -> tuple[str, ...]:
    if not said:
        return ()
    found = {mark for text in said for mark in marks_in(text)}
    return tuple(mark for mark in MARKS if mark in found)


def _birth_date(
    document: Document,
    cell: Cell,
    notes: list[str],
    wrong: list[Wrong],
    today: date | None,
    date1904: bool,
) -> date | None:
    """The day in the number and the day in its column, which must agree where both are there."""
    try:
        said, serial = day_of(cell, date1904=date1904) if cell != "" else (None, False)
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
    known = document.birth_date
    if said is not None and known is not None and abs((said - known).days) == SYSTEMS_APART:
        notes.append("date_system")
        return known
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


def _sex(document: Document, cell: Cell, notes: list[str], wrong: list[Wrong]) -> Sex | None:
    said: Sex | None = None
    try:
        said = sex_of(cell) if cell != "" else None
    except Wrong as error:
        if document.sex is None:
            wrong.append(error)
            return None
        notes.append("sex_unread")
    if document.sex is None:
        if said is None:
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


_OPTIONAL: dict[str, Callable[[Cell, list[str]], Any]] = {
    "tie": tie_of,
    "cohort": cohorts_of,
    "email": email_of,
    "address": address_of,
    "cadre": cadre_of,
}
_REMARKS = ("status", "health", "remark", "relation")
"""Fields whose words say something of a person beside the facts."""
