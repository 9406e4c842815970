"""Reading a unit's roster: every row becomes a line or a fault, nothing is left out (R21)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from services.registration.domain.import_refusals import TooManyRows
from services.registration.rosters.reading.headings import field_of
from services.registration.rosters.reading.kept_texts import kept
from services.registration.rosters.reading.roster_cells import Wrong, text_of
from services.registration.rosters.reading.roster_doubts import without_doubtful
from services.registration.rosters.reading.roster_heading import (
    HEADING_ROWS,
    Heading,
    NoRoster,
    heading_of,
)
from services.registration.rosters.reading.roster_lines import (
    Account,
    Fault,
    Roster,
    Said,
    WrongCell,
)
from services.registration.rosters.reading.roster_rows import read_row
from services.registration.rosters.reading.workbook import Cell, Sheet, read_workbook
from shared.kit.language import Text

MOST_ROWS = 50_000
"""Of one file: it is registered in one transaction, and others wait for that one to end."""

VALUE_SHOWN = 60
STEP = 100
"""Rows from one word about the progress to the next."""

_REMARK = re.compile(
    r"(?:合\s*计|总\s*计|小\s*计|共\s*计|填表|制表|填报|审核|备注|注[:：]|说明|total\b|sum\b|remarks?\b|note\b)",
    re.IGNORECASE,
)
Every = Callable[[int, int], None]


def read_roster(
    content: bytes,
    every: Every | None = None,
    *,
    today: date | None = None,
    said: Said | None = None,
) -> Roster:
    """Read an .xlsx, .xls or CSV file; raise `NoRoster`, `UnreadableWorkbook`, `TooLarge` or
    `TooManyRows`.

    `every(rows_read, rows_in_all)` is called about every hundred rows; what it raises ends the
    reading. Dates of birth after `today` are faults. `said`
    answers what the file itself leaves open.
    """
    sheets = [sheet for sheet in read_workbook(content) if any(map(any, sheet.rows))]
    if not sheets:
        raise NoRoster(
            Text(
                "文件里没有内容。请填写名册模板后再传。",
                "The workbook is empty; fill in the roster template and send it.",
            )
        )
    headings = [heading_of(sheet) for sheet in sheets]
    if not any(headings):
        raise NoRoster(
            Text(
                "前 {rows} 行里没有找到表头。表头须有“姓名”“证件号码”“类别”，可下载名册模板填写。",
                "No heading in the first {rows} rows: it needs name, document number and link to the town, as the"
                " roster template has.",
                {"rows": HEADING_ROWS},
            )
        )
    reading = _Reading(sum(len(sheet.rows) for sheet in sheets), every, today, said or {})
    for sheet, heading in zip(sheets, headings, strict=True):
        reading.sheet(sheet, heading)
    roster = reading.roster
    if not roster.lines and not roster.faults:
        raise NoRoster(
            Text(
                "表头下面没有人员。请填写后再传。",
                "There is nobody below the heading; fill in the rows.",
            )
        )
    return without_doubtful(roster)


class _Reading:
    """A roster while it is read, and how far that is."""

    def __init__(self, rows: int, every: Every | None, today: date | None, said: Said) -> None:
        self.roster = Roster()
        self._rows = rows
        self._read = self._rows_taken = 0
        self._every = every
        self._today = today
        self._said = said

    def sheet(self, sheet: Sheet, heading: Heading | None) -> None:
        """Read a sheet, or tell that it was not read."""
        account = Account(
            sheet=sheet.name,
            rows=len(sheet.rows),
            people=0,
            heading=heading.row + 1 if heading else 0,
            empty=0,
            remarks=[],
            unread=0 if heading else len(sheet.rows),
            hidden_rows=0,
            hidden_columns=[],
        )
        self.roster.accounts.append(account)
        if heading is None:
            self.roster.ignored.append({"sheet": sheet.name, "column": ""})
            self._step(len(sheet.rows))
            return
        self.roster.ignored += [{"sheet": sheet.name, "column": title} for title in heading.unknown]
        account["hidden_columns"] = [
            heading.titles[name]
            for name, column in heading.columns.items()
            if column in sheet.layout.hidden_columns
        ]
        account["hidden_rows"] = sum(row <= len(sheet.rows) for row in sheet.layout.hidden_rows)
        self._step(heading.row + 1)
        self._people(sheet, heading, account)

    def _people(self, sheet: Sheet, heading: Heading, account: Account) -> None:
        columns = list(heading.columns.items())
        number = heading.columns["card_number"]
        title = heading.title("card_number")
        for row, cells in enumerate(sheet.rows[heading.row + 1 :], start=heading.row + 2):
            self._step(1)
            if _blank(cells[number]) and (nobody := _nobody(cells, heading)) is not None:
                account["remarks"] += [row] if nobody == "remark" else []
                account["empty"] += nobody == "empty"
                continue
            if cells[number] == title and field_of(text_of(cells[number])) == "card_number":
                account["heading"] += 1  # repeated for the next printed page
                continue
            values = {name: cells[column] for name, column in columns}
            hidden = row in sheet.layout.hidden_rows
            line, wrong = read_row(
                sheet.name, row, values, column=title, hidden=hidden, today=self._today
            )
            account["people"] += 1
            self._rows_taken += 1
            if self._rows_taken > MOST_ROWS:
                raise TooManyRows(rows=self._rows, most=MOST_ROWS)
            if line is not None:
                self.roster.lines.append(line)
            else:
                self.roster.faults.append(_fault(sheet.name, row, values, heading, wrong))

    def _step(self, rows: int) -> None:
        before = self._read
        self._read += rows
        if self._every is not None and before // STEP != self._read // STEP:
            self._every(self._read, self._rows)


def _blank(cell: Cell) -> bool:
    return cell == "" or (isinstance(cell, str) and not cell.strip())


def _nobody(cells: list[Cell], heading: Heading) -> str | None:
    """Tell whether a row without a number is "empty" or a "remark"; None where it is a person."""
    texts = [text_of(cell) for cell in cells]
    if not any(texts):
        return "empty"
    known = [texts[column] for column in heading.columns.values()]
    if not any(known):
        return "remark"
    if texts[heading.columns["tie"]]:
        return None
    return "remark" if _REMARK.match(next(filter(None, texts))) else None


def _fault(
    sheet: str, row: int, values: dict[str, Cell], heading: Heading, wrong: list[Wrong]
) -> Fault:
    first, *also = (
        WrongCell(
            column=heading.title(each.of),
            value=text_of(values.get(each.of, ""))[:VALUE_SHOWN],
            problem=kept(each.problem),
            remedy=kept(each.remedy),
            code=each.code,
        )
        for each in wrong
    )
    return Fault(**first, sheet=sheet, row=row, also=also)
