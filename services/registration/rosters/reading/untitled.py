"""Columns without a title in which somebody stands: never lost in silence."""

from __future__ import annotations

import re

from services.registration.rosters.reading.roster_cells import Wrong
from services.registration.rosters.reading.roster_heading import Heading, letters
from services.registration.rosters.reading.workbook import Cell
from shared.kit.language import Text

_CARD = re.compile(r"\s*[0-9]{17}[0-9Xx]\s*")


def wrong_in_untitled(cells: list[Cell], heading: Heading) -> Wrong | None:
    """Return what is wrong with a row that holds a card's number where no title stands."""
    for column in heading.blank:
        cell = cells[column]
        if isinstance(cell, str) and cell and _CARD.fullmatch(cell):
            return Wrong("card_number", _problem(column), _REMEDY, "no_title")
    return None


def _problem(column: int) -> Text:
    return Text(
        "{column} 列有证件号码，但该列没有表头，不知道是谁的。",
        "Column {column} holds a document number without a title: whose it is cannot be told.",
        {"column": letters(column)},
    )


_REMEDY = Text(
    "请给那一列的人员写上表头，或移到表格下面。",
    "Give the people there a heading of their own, or move them below.",
)
