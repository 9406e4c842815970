"""What reading a roster gives: good lines, faults, and an account of every row (R21)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter
from typing import Literal, TypedDict

from services.registration.rosters.reading.kept_texts import Kept, text_of
from shared.town.identity_documents import Document, Sex


class WrongCell(TypedDict):
    """A cell, what is wrong with it, what to do; `code` names the problem for programs."""

    column: str
    value: str
    problem: Kept
    remedy: Kept
    code: str


class Fault(WrongCell):
    """One row that was not taken: the first cell that is wrong; `also` the others."""

    sheet: str
    row: int
    also: list[WrongCell]


class ToldFault(TypedDict):
    """One row that was not taken: the cell, what is wrong with it, what to do; `also` the rest.

    `code` names the problem for programs.
    """

    sheet: str
    row: int
    column: str
    value: str
    problem: str
    remedy: str
    also: list[dict[str, str]]
    code: str


def told(fault: Fault) -> ToldFault:
    """Return a fault in the language that is spoken."""
    also = [_told(cell) for cell in fault["also"]]
    return ToldFault(sheet=fault["sheet"], row=fault["row"], also=also, **_told(fault))


def _told(cell: WrongCell) -> dict[str, str]:
    problem, remedy = str(text_of(cell["problem"])), str(text_of(cell["remedy"]))
    return {
        "column": cell["column"],
        "value": cell["value"],
        "problem": problem,
        "remedy": remedy,
        "code": cell.get("code", ""),
    }


@dataclass(frozen=True, slots=True)
class Line:
    """One good row; None where the cell was empty or the column is missing.

    `notes` are codes of what was put right without asking; `column` is the title above the document's number.
    `marks` are codes of what the row says beside the facts (`MARKS`), `remark` its words. `table` names
    the columns of one of several tables side by side, such as "E–H".
    """

    sheet: str
    row: int
    name: str
    document: Document
    birth_date: date
    sex: Sex
    tie: str
    cohorts: tuple[str, ...] | None
    phone: str | None
    email: str | None
    address: str | None
    cadre: str | None
    notes: tuple[str, ...] = ()
    column: str = ""
    marks: tuple[str, ...] = ()
    remark: str | None = None
    table: str = ""

    @property
    def cohort(self) -> str | None:
        """The first cohort, which is the main one."""
        return self.cohorts[0] if self.cohorts else None

    @property
    def said(self) -> tuple[object, ...]:
        """What the row says of the person, without where it stands."""
        return _SAID(self)


_SAID = attrgetter(
    "name", "birth_date", "sex", "tie", "cohorts", "phone", "email", "address", "cadre"
)


class Account(TypedDict):
    """What became of the rows of one sheet, or of one of its tables; `rows` is the sum of the five others.

    `columns` names a table's columns, such as "A–D": empty where the sheet has but one. Every row of
    a sheet is in the account of each table that lies in it. `people` are rows with a person, good or
    faulty; `heading` the titles and headings; `remarks` the rows that are nobody, such as a total,
    by their numbers; `unread` all rows of a sheet that was not read. `hidden_rows` are among the
    others: hidden rows and columns are read like any other, hidden sheets are not.
    """

    sheet: str
    columns: str
    rows: int
    people: int
    heading: int
    empty: int
    remarks: list[int]
    unread: int
    hidden_rows: int
    hidden_columns: list[str]


class Said(TypedDict, total=False):
    """What a clerk, or the unit's habit, says about a file: its people's tie, the mobile's column."""

    tie: str
    mobile: str


class Ask(TypedDict):
    """What a file does not say; `rows` it is about, `choices` of columns by their titles."""

    ask: Literal["tie", "mobile"]
    rows: int
    choices: list[str]


@dataclass(slots=True)
class Roster:
    """A read file. `ignored` names what was not read: columns, whole sheets (`column` empty).

    Rows that `asks` are about are neither lines nor faults: the file is read again with the answers.
    """

    lines: list[Line] = field(default_factory=list[Line])
    faults: list[Fault] = field(default_factory=list[Fault])
    ignored: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    accounts: list[Account] = field(default_factory=list[Account])
    asks: list[Ask] = field(default_factory=list[Ask])
