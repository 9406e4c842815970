"""What the page of a result shows of it: one group of rows, so many at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.registration.rosters.outcome import Entry
from services.registration.rosters.queries import ImportResult
from services.registration.rosters.reading.roster_lines import ToldFault
from services.registration.rosters.row_questions import Question
from shared.town import request_context
from shared.town.terms.rosters import RESULT_GROUPS, ROW_GROUPS

PAGE_ROWS = 200
PAGE_QUESTIONS = 30
"""Questions are forms: so many make a page that a slow telephone still shows at once."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Rows of one group; `next` is where the following ones begin, or None.

    `people` are residents without a row, `sizes` the numbers of all groups.
    """

    group: str
    sizes: Mapping[str, int]
    after: int
    next: int | None
    entries: list[Entry] = field(default_factory=list[Entry])
    faults: list[ToldFault] = field(default_factory=list[ToldFault])
    questions: list[Question] = field(default_factory=list[Question])
    people: list[str] = field(default_factory=list[str])

    @property
    def residents(self) -> list[str]:
        """Everybody whose name the rows need: the rows' own people, and whom they may be."""
        also = [match for entry in self.entries for match in entry.get("matches", ())]
        shown = [each["resident"] for each in (*self.entries, *also)]
        return list(dict.fromkeys([*shown, *self.people]))


def page_of(result: ImportResult, group: str | None, after: int) -> Shown:
    """Return some rows of a group; of the first one that has any, if none is asked for."""
    sizes = {each: _size_of(result, each) for each in RESULT_GROUPS}
    if group is None:
        group = next((each for each in ROW_GROUPS if sizes[each]), "errors")
    some = slice(after, after + (PAGE_QUESTIONS if group == "asked" else PAGE_ROWS))
    follows = some.stop if sizes[group] > some.stop else None
    if group == "errors":
        return Shown(group, sizes, after, follows, faults=result["errors"][some])
    if group == "missing":
        return Shown(group, sizes, after, follows, people=result["missing"][some])
    if group == "asked":
        questions = [each for each in result["questions"] if each["answer"] is None][some]
        for question in questions:
            _look(question["resident"], [each["field"] for each in question["changes"]])
        return Shown(group, sizes, after, follows, questions=questions)
    entries = [entry for entry in result["entries"] if _is_in(entry, group)][some]
    for entry in entries:
        _look(entry["resident"], [each["field"] for each in entry.get("changes", ())])
    return Shown(group, sizes, after, follows, entries=entries)


def _look(resident: str, fields: list[str]) -> None:
    """The values before and after are the person's own: seeing them is a look."""
    asked = request_context.current()
    if asked is not None and fields:
        asked.look(resident, fields)


def _is_in(entry: Entry, group: str) -> bool:
    return entry.get("child", False) if group == "children" else entry["outcome"] == group


def _size_of(result: ImportResult, group: str) -> int:
    """How many rows a group has."""
    if group == "errors":
        return len(result["errors"])
    if group == "missing":
        return len(result["missing"])
    if group == "asked":
        return result["asked"]
    return sum(_is_in(entry, group) for entry in result["entries"])
