"""What importing a roster comes to: what is told of every row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NotRequired, TypedDict, get_args

from services.registration.rosters.reading.roster_lines import Account, Fault, Line
from shared.kit.formats import Day, Id

KeptLines = dict[str, Any]
"""Lines by the number of their question, or one of them, as JSON holds it."""

Kind = Literal["new", "corrected", "unchanged", "close", "left_out"]
KINDS: tuple[Kind, ...] = get_args(Kind)
COUNTED: tuple[Literal["new", "corrected", "unchanged", "close"], ...] = (
    "new",
    "corrected",
    "unchanged",
    "close",
)
"""What is counted when a roster is read; rows are left out later."""


class Change(TypedDict):
    """One thing that a row says otherwise than it was registered."""

    field: str
    before: str
    after: str


class Candidate(TypedDict):
    """Somebody registered whom a new person may be; `score` from 0 to 1."""

    resident: Id
    score: float
    reasons: list[str]


class Entry(TypedDict):
    """A row that was taken; `counted_in` is another unit, whose person this one lists too (R16).

    `child`: under the campaign's age (R07). `left_out`: the unit said to do nothing with it. `table`:
    the columns of the row's table, such as "E–H", where several stand side by side.
    """

    sheet: str
    row: int
    table: NotRequired[str]
    outcome: Kind
    resident: Id
    changes: NotRequired[list[Change]]
    matches: NotRequired[list[Candidate]]
    counted_in: NotRequired[str]
    child: NotRequired[bool]


class Guess(TypedDict):
    """What a file did not say and was answered as the unit had answered last; for so many rows.

    `choices` are the titles among which one was meant.
    """

    ask: Literal["tie", "mobile"]
    answer: str
    rows: int
    choices: list[str]


class Note(TypedDict):
    """What was put right in a row without asking: codes, which are texts where they are told."""

    sheet: str
    row: int
    table: NotRequired[str]
    notes: list[str]


def note_of(line: Line, codes: Iterable[str]) -> Note:
    """Return what was put right in a line's row."""
    note = Note(sheet=line.sheet, row=line.row, notes=list(codes))
    if line.table:
        note["table"] = line.table
    return note


class Taken(TypedDict):
    """What became of the rows of a roster that were taken.

    `asked` are questions without an answer, `guessed` what the file did not say, `same_as` the day
    on which this very file was the unit's last, `missing` whom an earlier roster had and it has not.
    """

    unit: str
    rows: int
    new: int
    corrected: int
    unchanged: int
    close: int
    asked: int
    left_out: int
    guessed: list[Guess]
    same_as: Day | None
    missing: list[Id]
    entries: list[Entry]
    ignored: list[dict[str, str]]
    notes: list[Note]
    accounts: list[Account]


class Result(Taken):
    """What became of every row of a roster: it is an entry, a question or an error.

    `questions` are those of `row_questions`, `lines` their rows by their numbers.
    """

    errors: list[Fault]
    questions: list[Any]
    lines: KeptLines


@dataclass(slots=True)
class Outcome:
    """What the lines come to, row by row; `told` are the entries by resident."""

    entries: list[Entry] = field(default_factory=list[Entry])
    faults: list[Fault] = field(default_factory=list[Fault])
    told: dict[str, Entry] = field(default_factory=dict[str, Entry])
    questions: list[Any] = field(default_factory=list[Any])
    lines: KeptLines = field(default_factory=KeptLines)
    asked_before: int = 0

    def add(
        self,
        line: Line,
        resident: str,
        outcome: Kind,
        *,
        changes: list[Change] | None = None,
        counted_in: str | None = None,
    ) -> Entry:
        """A row was taken; return what is told of it."""
        entry = Entry(sheet=line.sheet, row=line.row, outcome=outcome, resident=resident)
        if line.table:
            entry["table"] = line.table
        if counted_in is not None:
            entry["counted_in"] = counted_in
        if changes is not None:
            entry["changes"] = changes
        self.entries.append(entry)
        self.told[resident] = entry
        return entry

    @property
    def next_question(self) -> int:
        """The number of the next question; those of before are counted in `asked_before`."""
        return self.asked_before + len(self.questions) + 1

    def ask(self, question: Mapping[str, Any], line: KeptLines) -> None:
        """A row is a question; its line waits for the answer."""
        self.questions.append(question)
        self.lines[str(question["number"])] = line

    def told_more(self, resident: str, changes: list[Change]) -> None:
        """A row that was taken says something else too; nothing is a change of who is new."""
        entry = self.told[resident]
        if entry["outcome"] != "new":
            entry["outcome"] = "corrected"
            entry["changes"] = [*entry.get("changes", ()), *changes]

    def count(self, outcome: str) -> int:
        """How many rows came out as a kind."""
        return sum(entry["outcome"] == outcome for entry in self.entries)
