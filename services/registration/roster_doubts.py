"""What only the whole file shows: persons written twice, numbers as damaged as their neighbours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from services.registration.headings import TITLES
from services.registration.roster_rows import AS_TEXT, Fault, Line, Roster
from shared.documents import looks_excel_damaged

Doubt = tuple[tuple[str, str], tuple[str, str]]

_ONE_ROW = ("请每人只留一行。", "Keep one row a person.")


def without_doubtful(roster: Roster) -> Roster:
    """Return the roster with the doubtful lines among the faults, these in the file's order."""
    damaged = any(fault.remedy == " ".join(AS_TEXT) for fault in roster.faults)
    good: list[Line] = []
    for line, doubt in _doubts(roster.lines, damaged=damaged):
        if doubt is None:
            good.append(line)
        else:
            roster.faults.append(card_fault(line, *doubt))
    sheets = [each.sheet for each in (*roster.lines, *roster.faults)]
    order = {sheet: place for place, sheet in enumerate(dict.fromkeys(sheets))}
    roster.lines = good
    roster.faults.sort(key=lambda fault: (order[fault.sheet], fault.row))
    return roster


def card_fault(line: Line, problem: tuple[str, str], remedy: tuple[str, str]) -> Fault:
    """Return a good line as a fault about its person; the number is shown in part only."""
    title = TITLES["card_number"][0]
    number = line.card.number
    masked = f"{number[:6]}********{number[-4:]}"
    return Fault(line.sheet, line.row, title, masked, " ".join(problem), " ".join(remedy))


def _doubts(lines: list[Line], *, damaged: bool) -> Iterator[tuple[Line, Doubt | None]]:
    by_number: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_number[line.card.number].append(line)
    for line in lines:
        same = by_number[line.card.number]
        other = same[0] if line is not same[0] else same[-1]
        where = str(other.row) if other.sheet == line.sheet else f"{other.sheet}!{other.row}"
        if any(each.said != line.said for each in same):
            problem = (
                f"与第 {where} 行是同一人，但内容不同。",
                f"The same person as in row {where}, with other values.",
            )
            yield line, (problem, ("请核对哪一行正确，只留一行。", "Keep the right row only."))
        elif line is not same[0]:
            problem = (f"与第 {where} 行重复。", f"duplicate of row {where}.")
            yield line, (problem, _ONE_ROW)
        elif damaged and looks_excel_damaged(line.card.number):
            problem = (
                "号码以000结尾，而本表其他行的号码已被Excel损坏，此号码可能也是。",
                "The number ends in 000 and Excel has damaged others in this file: so may this.",
            )
            yield line, (problem, AS_TEXT)
        else:
            yield line, None
