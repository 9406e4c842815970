"""What importing a roster comes to: what is told of every row."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NotRequired, TypedDict, get_args

from services.registration.rosters.reading.roster_lines import Account, Fault, Line
from shared.kit.formats import Id

Kind = Literal["new", "corrected", "unchanged", "close"]
KINDS: tuple[Kind, ...] = get_args(Kind)


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
    """A row that was taken; `counted_in` is another unit, whose person this one lists too (R16)."""

    sheet: str
    row: int
    outcome: Kind
    resident: Id
    changes: NotRequired[list[Change]]
    matches: NotRequired[list[Candidate]]
    counted_in: NotRequired[str]


class Note(TypedDict):
    """What was put right in a row without asking: codes, which are texts where they are told."""

    sheet: str
    row: int
    notes: list[str]


class Taken(TypedDict):
    """What became of the rows of a roster that were taken."""

    unit: str
    rows: int
    new: int
    corrected: int
    unchanged: int
    close: int
    entries: list[Entry]
    ignored: list[dict[str, str]]
    notes: list[Note]
    accounts: list[Account]


class Result(Taken):
    """What became of every row of a roster: it is an entry or an error."""

    errors: list[Fault]


@dataclass(slots=True)
class Outcome:
    """What the lines come to, row by row; `told` are the entries by resident."""

    entries: list[Entry] = field(default_factory=list[Entry])
    faults: list[Fault] = field(default_factory=list[Fault])
    told: dict[str, Entry] = field(default_factory=dict[str, Entry])

    def add(
        self,
        line: Line,
        resident: str,
        outcome: Kind,
        *,
        changes: list[Change] | None = None,
        counted_in: str | None = None,
    ) -> None:
        """A row was taken."""
        entry = Entry(sheet=line.sheet, row=line.row, outcome=outcome, resident=resident)
        if counted_in is not None:
            entry["counted_in"] = counted_in
        if changes is not None:
            entry["changes"] = changes
        self.entries.append(entry)
        self.told[resident] = entry

    def count(self, outcome: str) -> int:
        """How many rows came out as new, corrected, unchanged or close."""
        return sum(entry["outcome"] == outcome for entry in self.entries)
