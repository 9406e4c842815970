"""Several columns of one field: telephones are all kept, of others the first that says something counts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from services.registration.rosters.reading.roster_cells import text_of
from services.registration.rosters.reading.roster_heading import letters
from services.registration.rosters.reading.tables import Table
from services.registration.rosters.reading.workbook import Cell, Sheet
from shared.town.telephones import BETWEEN

_MOBILE_TITLE = re.compile(r"手机|移动|mobile|cell", re.IGNORECASE)
_MOBILE = re.compile(
    r"(?<![0-9])(?:\+?86[\s-]?)?1[0-9]{2}[\s-]?[0-9]{4}[\s-]?[0-9]{4}(?:\.0)?(?![0-9])"
)
_NO_DIGITS = re.compile(r"[^0-9]+")
_REMARKS = "；"


@dataclass(slots=True)
class Joined:
    """How the columns of a table become fields.

    Where nothing tells which of two telephones is the mobile, `choices` are the titles to choose from.
    """

    alone: list[tuple[str, int]]
    several: list[tuple[str, list[int]]]
    choices: list[str] = field(default_factory=list[str])
    is_guessed: bool = False


def joined_of(sheet: Sheet, table: Table, mobile: str | None) -> Joined:
    """Return how a table's columns become fields; `mobile` is the title of the mobile's column, if said."""
    heading = table.heading
    joined = Joined(
        [(of, column) for of, column in heading.columns.items() if of not in heading.more],
        [(of, heading.columns_of(of)) for of in heading.more],
    )
    for of, columns in joined.several:
        if of == "phone":
            _order(joined, sheet, table, columns, mobile)
    return joined


def values_of(joined: Joined, cells: list[Cell]) -> tuple[dict[str, Cell], list[str], bool]:
    """Return a row's cells by field, notes, and whether it has to be asked which telephone is the mobile."""
    values = {of: cells[column] for of, column in joined.alone}
    notes: list[str] = []
    is_asked = False
    for of, columns in joined.several:
        said = [cells[column] for column in columns if text_of(cells[column])]
        differing = list({_compared(of, text_of(cell)): cell for cell in reversed(said)}.values())[
            ::-1
        ]
        if len(differing) < 2:
            values[of] = said[0] if said else ""
        elif of == "phone":
            values[of] = BETWEEN.join(map(text_of, differing))
            is_asked = bool(joined.choices)
            notes.append("phone_order" if joined.is_guessed else "phones_joined")
        elif of == "remark":
            values[of] = _REMARKS.join(map(text_of, differing))
        else:
            values[of] = said[0]
            notes.append("two_columns")
    return values, notes, is_asked


def _compared(of: str, text: str) -> str:
    return (_NO_DIGITS.sub("", text) or text) if of == "phone" else text


def _order(
    joined: Joined, sheet: Sheet, table: Table, columns: list[int], mobile: str | None
) -> None:
    """Put the mobile's column first, or tell that it has to be asked."""
    titles = {column: table.heading.names[column] for column in columns}
    if len(set(titles.values())) < len(titles):
        titles = {column: f"{title}（{letters(column)}）" for column, title in titles.items()}
    first = [column for column in columns if titles[column] == mobile]
    first = first or [c for c in columns if _MOBILE_TITLE.search(titles[c])]
    if len(first) != 1:
        rows = sheet.rows[table.first : table.ends]
        holding = [c for c in columns if any(_MOBILE.search(text_of(row[c])) for row in rows)]
        if len(holding) < 2:
            first = holding or columns[:1]
    if len(first) == 1:
        columns.sort(key=lambda column: column != first[0])
    elif mobile is None:
        joined.choices = list(titles.values())
    else:
        joined.is_guessed = True  # said of other columns
