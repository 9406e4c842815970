"""Reading a unit's roster: every row becomes a line or a fault, nothing is left out (R21).

In steps: the sheets of the file, their tables, what is spread over several rows, the rows one by one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from services.registration.domain.import_refusals import TooManyRows
from services.registration.rosters.reading.joined_columns import joined_of, values_of
from services.registration.rosters.reading.kept_texts import kept
from services.registration.rosters.reading.roster_cells import Wrong, text_of
from services.registration.rosters.reading.roster_doubts import without_doubtful
from services.registration.rosters.reading.roster_heading import (
    HEADING_ROWS,
    Heading,
    NoRoster,
)
from services.registration.rosters.reading.roster_lines import (
    Account,
    Ask,
    Fault,
    Roster,
    Said,
    WrongCell,
)
from services.registration.rosters.reading.roster_rows import read_row
from services.registration.rosters.reading.row_kinds import kind_in_table
from services.registration.rosters.reading.spreading import spread, spreading_of
from services.registration.rosters.reading.tables import Table, accounts_of, tables_of
from services.registration.rosters.reading.untitled import wrong_in_untitled
from services.registration.rosters.reading.workbook import Cell, Sheet, read_workbook
from shared.kit.language import Text

MOST_ROWS = 50_000
"""Of one file: it is registered in one transaction, and others wait for that one to end."""

VALUE_SHOWN = 60
STEP = 100
"""Rows from one word about the progress to the next."""

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
    tables = [tables_of(sheet) for sheet in sheets]
    if not any(tables):
        raise NoRoster(
            Text(
                "前 {rows} 行里没有找到表头。表头须有“姓名”和“证件号码”，可下载名册模板填写。",
                "No heading in the first {rows} rows: it needs name and document number, as the"
                " roster template has.",
                {"rows": HEADING_ROWS},
            )
        )
    reading = _Reading(sum(len(sheet.rows) for sheet in sheets), every, today, said or {})
    for sheet, found in zip(sheets, tables, strict=True):
        reading.sheet(sheet, found)
    roster = reading.ended()
    if not roster.lines and not roster.faults and not roster.asks:
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
        self._read = self._people = self._without_tie = self._without_mobile = 0
        self._titles: dict[str, None] = {}
        self._every = every
        self._today = today
        self._said = said

    def sheet(self, sheet: Sheet, tables: list[Table]) -> None:
        """Read a sheet's tables, or tell that it was not read."""
        if not tables:
            unread = _account(sheet, "")
            unread["rows"] = unread["unread"] = len(sheet.rows)
            self.roster.accounts.append(unread)
            self.roster.ignored.append({"sheet": sheet.name, "column": ""})
            self._step(len(sheet.rows))
            return
        named = accounts_of(tables)
        accounts = {band: _account(sheet, columns) for band, columns in named.items()}
        self.roster.accounts += accounts.values()
        unknown = dict.fromkeys(title for table in tables for title in table.heading.unknown)
        self.roster.ignored += [{"sheet": sheet.name, "column": title} for title in unknown]
        for table in tables:
            heading = table.heading
            account = accounts[heading.left, heading.right]
            account["rows"] += table.ends - table.begins
            account["heading"] += table.first - table.begins
            account["hidden_rows"] += sum(
                table.begins < row <= table.ends for row in sheet.layout.hidden_rows
            )
            account["hidden_columns"] += _hidden_columns(sheet, heading, account)
            self._step(table.first - table.begins if not heading.left else 0)
            self._table(sheet, table, account)

    def ended(self) -> Roster:
        """Return what was read, with what the file leaves open."""
        if self._without_tie:
            self.roster.asks.append(Ask(ask="tie", rows=self._without_tie, choices=[]))
        if self._without_mobile:
            choices = list(self._titles)
            self.roster.asks.append(Ask(ask="mobile", rows=self._without_mobile, choices=choices))
        return self.roster

    def _table(self, sheet: Sheet, table: Table, account: Account) -> None:
        heading = table.heading
        joined = joined_of(sheet, table, self._said.get("mobile"))
        spreading = spreading_of(sheet, table)
        household = ""
        for row in range(table.first, table.ends):
            self._step(0 if heading.left else 1)
            cells = sheet.rows[row]
            if row in table.repeated:
                account["heading"] += 1  # for the next printed page
                continue
            kind, address = kind_in_table(sheet, row, table, values_of(joined, cells)[0])
            if kind == "household":
                household = address
            stray = wrong_in_untitled(cells, heading)
            if kind != "person" and stray is None:
                account["empty"] += kind == "empty"
                account["remarks"] += [] if kind == "empty" else [row + 1]
                continue
            filled, notes, wrong = spread(spreading, row, cells)
            values, more, is_asked = values_of(joined, filled)
            notes += more
            if household and text_of(values.get("address", "")) == "":
                values["address"] = household
                notes.append("household")
            if stray is not None:
                wrong = [stray, *wrong]
            account["people"] += 1
            self._titles |= dict.fromkeys(joined.choices if is_asked else ())
            self._row(sheet, row, table, account, values, notes, wrong, is_asked)

    def _row(
        self,
        sheet: Sheet,
        row: int,
        table: Table,
        account: Account,
        values: dict[str, Cell],
        notes: list[str],
        wrong: list[Wrong],
        is_asked: bool,
    ) -> None:
        self._people += 1
        if self._people > MOST_ROWS:
            raise TooManyRows(rows=self._rows, most=MOST_ROWS)
        line, faults = read_row(
            sheet.name,
            row + 1,
            values,
            column=table.heading.title("card_number"),
            hidden=row + 1 in sheet.layout.hidden_rows,
            today=self._today,
            tie=self._said.get("tie"),
            date1904=sheet.layout.date1904,
        )
        if wrong or faults:
            already = {each.of for each in wrong}
            every = [*wrong, *(each for each in faults if each.of not in already)]
            self.roster.faults.append(_fault(sheet.name, row + 1, values, table.heading, every))
            return
        self._without_tie += line is None
        self._without_mobile += is_asked
        if line is None or is_asked:
            return
        if "tie" in self._said and (
            "tie_unread" in line.notes or text_of(values.get("tie", "")) == ""
        ):
            notes.append("tie_said")
        if notes or account["columns"]:
            line = replace(line, notes=(*line.notes, *notes), table=account["columns"])
        self.roster.lines.append(line)

    def _step(self, rows: int) -> None:
        before = self._read
        self._read += rows
        if self._every is not None and before // STEP != self._read // STEP:
            self._every(self._read, self._rows)


def _account(sheet: Sheet, columns: str) -> Account:
    return Account(
        sheet=sheet.name,
        columns=columns,
        rows=0,
        people=0,
        heading=0,
        empty=0,
        remarks=[],
        unread=0,
        hidden_rows=0,
        hidden_columns=[],
    )


def _hidden_columns(sheet: Sheet, heading: Heading, account: Account) -> list[str]:
    hidden = [
        heading.title(of)
        for of in heading.columns
        if any(column in sheet.layout.hidden_columns for column in heading.columns_of(of))
    ]
    return [title for title in hidden if title not in account["hidden_columns"]]


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
