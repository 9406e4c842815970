"""Finding the heading of a sheet: below titles, in one row or in two merged over each other."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from services.registration.rosters.reading.headings import (
    NUMBERING,
    PROBLEMS,
    REQUIRED,
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
_DIGITS = re.compile(r"[0-9]{4}")


class NoRoster(NotTaken):
    """The workbook holds no roster that could be read."""

    code = "no-roster"
    status = 422


@dataclass(slots=True)
class Heading:
    """Which columns (from 0) hold which field; `row` (from 0) is the last row of the heading."""

    row: int
    columns: dict[str, int] = field(default_factory=dict[str, int])
    titles: dict[str, str] = field(default_factory=dict[str, str])
    unknown: list[str] = field(default_factory=list[str])
    problem: int | None = None
    """The column of problems in a workbook that was given back to be mended."""

    def title(self, of: str) -> str:
        """Return the title above a field's column, or the usual one where there is none."""
        return self.titles.get(of, TITLES[of][0])


def heading_of(sheet: Sheet) -> Heading | None:
    """Return the heading, None for a sheet that has none; raise `NoRoster` for half a heading."""
    if sheet.hidden:
        return None
    texts = [[text_of(cell) for cell in cells] for cells in sheet.rows[:HEADING_ROWS]]
    best: Heading | None = None
    for row, cells in enumerate(texts):
        found = _as_heading(row, cells)
        if best is None or len(found.columns) > len(best.columns):
            best = found
        if row + 1 < len(texts) and _may_be_lower_half(texts[row + 1]):
            both = _as_heading(row + 1, _merged(cells, texts[row + 1]))
            if len(both.columns) > len(best.columns):
                best = both
    if best is None or len(best.columns) < LEAST_HEADINGS:
        return None
    missing = [TITLES[name] for name in REQUIRED if name not in best.columns]
    if missing and "name" not in best.columns and "card_number" not in best.columns:
        return None
    if missing:
        raise _incomplete(sheet, best, missing)
    return best


def _incomplete(sheet: Sheet, heading: Heading, missing: list[tuple[str, str]]) -> NoRoster:
    values = {
        "sheet": sheet.name,
        "row": heading.row + 1,
        "zh": "、".join(f"“{title}”" for title, _ in missing),
        "en": ", ".join(title for _, title in missing),
    }
    return NoRoster(
        Text(
            "工作表“{sheet}”第 {row} 行的表头缺少：{zh}。请补上这些列后再传。",
            "The heading in row {row} of sheet {sheet} lacks: {en}.",
            values,
        ),
        sheet=sheet.name,
        row=heading.row + 1,
        missing=[name for name in REQUIRED if name not in heading.columns],
    )


def _may_be_lower_half(texts: list[str]) -> bool:
    return any(map(field_of, texts)) and not any(map(_DIGITS.search, texts))


def _merged(upper: list[str], lower: list[str]) -> list[str]:
    return [
        below if normalised(below) else above for above, below in zip(upper, lower, strict=False)
    ]


def _as_heading(row: int, texts: list[str]) -> Heading:
    heading = Heading(row)
    for column, text in enumerate(texts):
        name = field_of(text)
        if name is not None and name not in heading.columns:
            heading.columns[name] = column
            heading.titles[name] = text
        elif normalised(text) in PROBLEMS:
            heading.problem = column
        elif text and normalised(text) not in NUMBERING:
            heading.unknown.append(text)
    return heading
