"""Reading a unit's roster: every row becomes a line or a fault, nothing is left out (R21)."""

from __future__ import annotations

from dataclasses import dataclass

from services.registration.domain.refusals import Refusal
from services.registration.headings import NUMBERING, REQUIRED, TITLES, field_of, normalised
from services.registration.roster_doubts import without_doubtful
from services.registration.roster_rows import Fault, Roster, Wrong, read_row, text_of
from services.registration.workbook import Cell, Sheet, read_workbook

HEADING_ROWS = 10
LEAST_HEADINGS = 2
VALUE_SHOWN = 60


class NoRoster(Refusal):
    """The workbook holds no roster that could be read."""

    code = "no-roster"
    status = 422


@dataclass(frozen=True, slots=True)
class _Heading:
    row: int
    columns: dict[str, int]
    titles: dict[str, str]
    unknown: list[str]


def read_roster(content: bytes) -> Roster:
    """Read an .xlsx file; raise `NoRoster`, `UnreadableWorkbook` or `TooLarge`."""
    sheets = [sheet for sheet in read_workbook(content) if any(map(any, sheet.rows))]
    if not sheets:
        raise NoRoster(
            "文件里没有内容。请填写名册模板后再传。"
            " The workbook is empty; fill in the roster template and send it."
        )
    roster = Roster()
    headings = {sheet.name: heading for sheet in sheets if (heading := _heading_of(sheet))}
    if not headings:
        raise NoRoster(
            f"前 {HEADING_ROWS} 行里没有找到表头。表头须有“姓名”“身份证号”“类别”。"
            f" No heading in the first {HEADING_ROWS} rows: it needs 姓名, 身份证号 and 类别."
        )
    for sheet in sheets:
        if (heading := headings.get(sheet.name)) is None:
            roster.ignored.append({"sheet": sheet.name, "column": ""})
        else:
            _read_sheet(sheet, heading, roster)
    if not roster.lines and not roster.faults:
        raise NoRoster(
            "表头下面没有人员。请填写后再传。 There is nobody below the heading; fill in the rows."
        )
    return without_doubtful(roster)


def _heading_of(sheet: Sheet) -> _Heading | None:
    if sheet.hidden:
        return None
    best: _Heading | None = None
    for row, cells in enumerate(sheet.rows[:HEADING_ROWS]):
        found = _as_heading(row, [text_of(cell) for cell in cells])
        if best is None or len(found.columns) > len(best.columns):
            best = found
    if best is None or len(best.columns) < LEAST_HEADINGS:
        return None
    if missing := [TITLES[name] for name in REQUIRED if name not in best.columns]:
        zh = "、".join(f"“{title}”" for title, _ in missing)
        en = ", ".join(title for _, title in missing)
        raise NoRoster(
            f"工作表“{sheet.name}”第 {best.row + 1} 行的表头缺少：{zh}。请补上这些列后再传。"
            f" The heading in row {best.row + 1} of sheet {sheet.name} lacks: {en}.",
            sheet=sheet.name,
            row=best.row + 1,
            missing=[name for name in REQUIRED if name not in best.columns],
        )
    return best


def _as_heading(row: int, texts: list[str]) -> _Heading:
    heading = _Heading(row, {}, {}, [])
    for column, text in enumerate(texts):
        name = field_of(text)
        if name is not None and name not in heading.columns:
            heading.columns[name] = column
            heading.titles[name] = text
        elif text and normalised(text) not in NUMBERING:
            heading.unknown.append(text)
    return heading


def _read_sheet(sheet: Sheet, heading: _Heading, roster: Roster) -> None:
    roster.ignored += [{"sheet": sheet.name, "column": title} for title in heading.unknown]
    for row, cells in enumerate(sheet.rows[heading.row + 1 :], start=heading.row + 2):
        values = {name: cells[column] for name, column in heading.columns.items()}
        if not any(text_of(value) for value in values.values()):
            continue
        line, wrong = read_row(sheet.name, row, values)
        if line is not None:
            roster.lines.append(line)
        else:
            roster.faults.append(_fault(sheet.name, row, values, heading, wrong))


def _fault(
    sheet: str, row: int, values: dict[str, Cell], heading: _Heading, wrong: list[Wrong]
) -> Fault:
    told = [
        {
            "column": heading.titles[each.of],
            "value": text_of(values[each.of])[:VALUE_SHOWN],
            "problem": each.problem,
            "remedy": each.remedy,
        }
        for each in wrong
    ]
    return Fault(sheet, row, **told[0], also=told[1:])
