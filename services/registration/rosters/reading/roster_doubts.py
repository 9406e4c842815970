"""What only the whole file shows: persons written twice, numbers as damaged as their neighbours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from services.registration.rosters.reading.kept_texts import kept
from services.registration.rosters.reading.roster_cells import AS_TEXT
from services.registration.rosters.reading.roster_lines import Fault, Line, Roster
from services.registration.rosters.reading.roster_marks import remark_of
from shared.kit.language import Text
from shared.town.identity_documents import looks_excel_damaged

Doubt = tuple[Text, Text, str]
"""Problem, remedy, and a code."""

_ONE_ROW = Text("请每人只留一行。", "Keep one row a person.")
_LONG = 12


def without_doubtful(roster: Roster) -> Roster:
    """Return the roster with the doubtful lines among the faults, these in the file's order."""
    damaged = any(
        "excel_damage" in (fault["code"], *(more.get("code") for more in fault["also"]))
        for fault in roster.faults
    )
    good: list[Line] = []
    for line, doubt in _doubts(roster.lines, damaged=damaged):
        if doubt is None:
            good.append(line)
        else:
            roster.faults.append(card_fault(line, *doubt))
    order = {account["sheet"]: place for place, account in enumerate(roster.accounts)}
    roster.lines = good
    roster.faults.sort(key=lambda fault: (order.get(fault["sheet"], 0), fault["row"]))
    return roster


def card_fault(line: Line, problem: Text, remedy: Text, code: str = "") -> Fault:
    """Return a good line as a fault about its person; the number is shown in part only."""
    number = line.document.number
    head, tail = (6, 4) if len(number) > _LONG else (2, 2)
    masked = f"{number[:head]}{'*' * (len(number) - head - tail)}{number[-tail:]}"
    return Fault(
        sheet=line.sheet,
        row=line.row,
        column=line.column,
        value=masked,
        problem=kept(problem),
        remedy=kept(remedy),
        also=[],
        code=code,
    )


def _doubts(lines: list[Line], *, damaged: bool) -> Iterator[tuple[Line, Doubt | None]]:
    by_document: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in lines:
        by_document[line.document.kind, line.document.number].append(line)
    for line in lines:
        same = by_document[line.document.kind, line.document.number]
        if len(same) > 1 and (doubt := _about_twins(line, same)) is not None:
            yield line, doubt
        elif len(same) > 1:
            yield _with_marks(line, same), None
        elif damaged and looks_excel_damaged(line.document.number):
            problem = Text(
                "号码以000结尾，而本表其他行的号码已被 Excel 损坏，此号码可能也是。",
                "The number ends in 000 and Excel has damaged others in this file: so may this.",
            )
            yield line, (problem, AS_TEXT, "excel_doubt")
        else:
            yield line, None


def _with_marks(line: Line, same: list[Line]) -> Line:
    """A line with the marks and remarks of the rows that say the same of the person."""
    if all((each.marks, each.remark) == (line.marks, line.remark) for each in same):
        return line
    marks = dict.fromkeys(mark for each in same for mark in each.marks)
    notes = list(line.notes)
    remark = remark_of([each.remark for each in same if each.remark], notes)
    return replace(line, marks=tuple(marks), remark=remark, notes=tuple(notes))


def _about_twins(line: Line, same: list[Line]) -> Doubt | None:
    other = same[0] if line is not same[0] else same[-1]
    where = str(other.row) if other.sheet == line.sheet else f"{other.sheet}!{other.row}"
    if any(each.said != line.said for each in same):
        problem = Text(
            "与第 {where} 行是同一人，但内容不同。",
            "The same person as in row {where}, with other values.",
            {"where": where},
        )
        remedy = Text("请核对哪一行正确，只留一行。", "Keep the right row only.")
        return problem, remedy, "same_person"
    if line is not same[0]:
        problem = Text("与第 {where} 行重复。", "duplicate of row {where}.", {"where": where})
        return problem, _ONE_ROW, "duplicate"
    return None
