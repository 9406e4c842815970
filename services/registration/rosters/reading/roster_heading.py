"""The heading of a table: which columns hold which field, in one row or in two merged over each other.

A row may be the heading of several tables side by side: each repeats name and number.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from services.registration.rosters.reading.headings import (
    NUMBERING,
    PROBLEMS,
    TITLES,
    field_of,
    normalised,
)
from services.registration.rosters.reading.roster_cells import text_of
from services.registration.rosters.reading.unreadable import NotTaken
from services.registration.rosters.reading.workbook import Sheet
from shared.kit.language import Text

HEADING_ROWS = 10
LEAST_HEADINGS = 2
NEEDED = ("name", "card_number")
_DIGITS = re.compile(r"[0-9]{4}")
_COUNTED = re.compile(r"\s*[0-9一二三①②③]\s*$")
_OF_ABROAD = re.compile(r"护照|通行证|台胞|回乡|居留|passport|permit", re.IGNORECASE)


class NoRoster(NotTaken):
    """The workbook holds no roster that could be read."""

    code = "no-roster"
    status = 422


@dataclass(slots=True)
class Heading:
    """Which columns (from 0) hold which field; `row` (from 0) is the last row of the heading.

    Its table has the columns from `left` up to `right`; `more` are further columns of a field, and
    `names` the titles as they are written, by column; `blank` columns have none.
    """

    row: int
    left: int = 0
    right: int = 0
    columns: dict[str, int] = field(default_factory=dict[str, int])
    more: dict[str, list[int]] = field(default_factory=dict[str, list[int]])
    titles: dict[str, str] = field(default_factory=dict[str, str])
    names: dict[int, str] = field(default_factory=dict[int, str])
    unknown: list[str] = field(default_factory=list[str])
    blank: list[int] = field(default_factory=list[int])
    problem: int | None = None
    """The column of problems in a workbook that was given back to be mended."""

    def title(self, of: str) -> str:
        """Return the title above a field's column, or the usual one where there is none."""
        return self.titles.get(of, TITLES[of][0] if of in TITLES else of)

    def columns_of(self, of: str) -> list[int]:
        """Return all columns of a field, from the left."""
        return [self.columns[of], *self.more.get(of, ())] if of in self.columns else []

    @property
    def layout(self) -> tuple[object, ...]:
        """What two headings have in common that are one, repeated."""
        return self.left, self.right, self.columns, self.more

    @property
    def known(self) -> int:
        """How many columns are understood."""
        return len(self.columns) + sum(map(len, self.more.values()))

    @property
    def is_complete(self) -> bool:
        """Whether it says enough to know people by."""
        return all(name in self.columns for name in NEEDED)


def letters(column: int) -> str:
    """Return what Excel writes above a column (from 0)."""
    before, last = divmod(column, 26)
    return (letters(before - 1) if before else "") + chr(ord("A") + last)


def headings_at(sheet: Sheet, row: int, left: int = 0, right: int | None = None) -> list[Heading]:
    """Return the headings that stand side by side in a row, or in it and the next; [] for none."""
    texts = _texts(sheet, row, left, right)
    alone = _of_texts(row, texts, left)
    if row + 1 < len(sheet.rows):
        lower = _texts(sheet, row + 1, left, right)
        if _may_be_lower_half(lower):
            both = _of_texts(row + 1, _merged(sheet, row, left, texts, lower), left)
            least = max(_known(alone), _known(_of_texts(row + 1, lower, left)))
            if _known(both) > least or (both and _known(both) == least and _numbers(texts, lower)):
                return both
    return alone


def half_heading(sheet: Sheet) -> Heading | None:
    """Return the best that could be a heading of people and lacks a name or a number."""
    rows = range(min(HEADING_ROWS, len(sheet.rows)))
    every = [_as_heading(row, _texts(sheet, row), range(len(sheet.rows[row]))) for row in rows]
    best = max(every, key=lambda heading: len(heading.columns), default=None)
    if best is None or len(best.columns) < LEAST_HEADINGS:
        return None
    return best if any(name in best.columns for name in NEEDED) else None


def incomplete(sheet: Sheet, heading: Heading) -> NoRoster:
    """Return the refusal of a heading that lacks a name or a number."""
    missing = [name for name in NEEDED if name not in heading.columns]
    values = {
        "sheet": sheet.name,
        "row": heading.row + 1,
        "zh": "、".join(f"“{TITLES[name][0]}”" for name in missing),
        "en": ", ".join(TITLES[name][1] for name in missing),
    }
    return NoRoster(
        Text(
            "工作表“{sheet}”第 {row} 行的表头缺少：{zh}。请补上这些列后再传。",
            "The heading in row {row} of sheet {sheet} lacks: {en}.",
            values,
        ),
        sheet=sheet.name,
        row=heading.row + 1,
        missing=missing,
    )


def _texts(sheet: Sheet, row: int, left: int = 0, right: int | None = None) -> list[str]:
    return [text_of(cell) for cell in sheet.rows[row][left:right]]


def _numbers(upper: list[str], lower: list[str]) -> bool:
    """Whether the upper row has a title of its own that is no field: 序号."""
    return any(
        above and not below and normalised(above) in NUMBERING
        for above, below in zip(upper, lower, strict=False)
    )


def _known(headings: list[Heading]) -> int:
    return sum(heading.known for heading in headings)


def _may_be_lower_half(texts: list[str]) -> bool:
    return any(map(field_of, texts)) and not any(map(_DIGITS.search, texts))


def _merged(sheet: Sheet, row: int, left: int, upper: list[str], lower: list[str]) -> list[str]:
    """The titles of two rows: the lower one, with its group before it where only both say a field."""
    group = list(upper)
    for first, last in sheet.across.get(row, ()):
        if left <= first < left + len(group):
            columns = slice(first - left, last - left + 1)
            group[columns] = [upper[first - left]] * len(group[columns])
    titles: list[str] = []
    for own, above, below in zip(upper, group, lower, strict=False):
        if not normalised(below):
            titles.append(own)
        elif field_of(below) is None and field_of(above + below) is not None:
            titles.append(above + below)
        else:
            titles.append(below)
    return titles


def _of_texts(row: int, texts: list[str], left: int) -> list[Heading]:
    fields = [_field_of(text) for text in texts]
    bands = _bands(texts, fields)
    found = [_as_heading(row, texts, band, left) for band in bands]
    if not found or not all(heading.is_complete for heading in found):
        return []
    if len(found) > 1:
        for heading in found:
            for of, column in heading.columns.items():
                heading.titles[of] = f"{heading.titles[of]}（{letters(column)}）"
    return found


def _bands(texts: list[str], fields: list[str | None]) -> list[range]:
    """The columns of each table: as many as there are names with a number each."""
    edges = [0]
    for (_, last), (first, _) in pairwise(_anchors(fields)):
        edges.append(_edge(texts, edges[-1], last, first))
    return [range(*edge) for edge in pairwise([*edges, len(texts)])]


def _anchors(fields: Sequence[str | None]) -> list[tuple[int, int]]:
    """The first and the last column of what each table needs."""
    names = [column for column, of in enumerate(fields) if of == "name"]
    numbers = [column for column, of in enumerate(fields) if of == "card_number"]
    if len(names) < 2 or not numbers or len(numbers) % len(names):
        return []
    each = len(numbers) // len(names)
    found: list[tuple[int, int]] = []
    for place, name in enumerate(names):
        columns = (name, *numbers[place * each : (place + 1) * each])
        found.append((min(columns), max(columns)))
    apart = all(before[1] < after[0] for before, after in pairwise(found))
    return found if apart else []


def _edge(texts: list[str], begins: int, last: int, first: int) -> int:
    """Where the next table begins, between what one needs and what the next one does."""
    seen = {normalised(text) for text in texts[begins : last + 1]} - {""}
    between = range(last + 1, first)
    for column in between:
        title = normalised(texts[column])
        if title in seen:
            return column
        if title:
            seen.add(title)
    blank = [column + 1 for column in between if not texts[column]]
    numbers = [column for column in between if normalised(texts[column]) in NUMBERING]
    return [*blank[-1:], *numbers, first][0]


def _as_heading(row: int, texts: list[str], band: range, left: int = 0) -> Heading:
    heading = Heading(row, left + band.start, left + band.stop)
    for at in band:
        text, column = texts[at], left + at
        name = _field_of(text)
        if name is not None and name not in heading.columns:
            heading.columns[name] = column
            heading.titles[name] = text
            heading.names[column] = text
        elif name is not None and _may_be_more(heading, name, text):
            heading.more.setdefault(name, []).append(column)
            heading.names[column] = text
        elif normalised(text) in PROBLEMS:
            heading.problem = column
        elif not text:
            heading.blank.append(column)
        elif normalised(text) not in NUMBERING:
            heading.unknown.append(text)
    return heading


def _field_of(title: str) -> str | None:
    """The field of a title; telephones may be counted: 电话1, 电话2."""
    if (of := field_of(title)) is not None:
        return of
    counted = field_of(_COUNTED.sub("", title)) if _COUNTED.search(title) else None
    return counted if counted == "phone" else None


def _may_be_more(heading: Heading, of: str, title: str) -> bool:
    """Whether a second column may stand in for the first: never another person's name or number."""
    if of == "card_number":
        first = heading.titles[of]
        return (_OF_ABROAD.search(first) is None) != (_OF_ABROAD.search(title) is None)
    return of != "name"
