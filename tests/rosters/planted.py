"""What a generated set of rosters holds, row by row: the answers that an import must give."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from services.registration.rosters.reading.roster_lines import Said
from shared.town.campaign import Unit
from tests.rosters.people import Person

GOOD, CLOSE = "good", "close"
SHARED = "village_and_sector"
ELSEWHERE = "two_villages"
ERROR = "error"


@dataclass(frozen=True, slots=True)
class PlantedRow:
    """One row with a person: its role (good, close, village_and_sector, two_villages, error).

    `column` and `code` tell the error, and `code` what a good row has beside the facts;
    `corrected` that the row says something new in this edition; `is_right` that it stands in the
    right one of two tables.
    """

    sheet: str
    row: int
    role: str
    person: Person
    column: str = ""
    code: str = ""
    corrected: bool = False
    is_right: bool = False


@dataclass(frozen=True, slots=True)
class Correction:
    """One value that the corrected edition changes."""

    unit: str
    number: str
    field: str
    old: object
    new: object


@dataclass(frozen=True, slots=True)
class ClosePair:
    """One person written under two documents, and what is alike in them."""

    why: str
    first: Person
    first_unit: str
    second: Person
    second_unit: str


@dataclass(slots=True)
class Book:
    """One file and its rows with people, in the file's order; `said` is what it leaves open."""

    unit: Unit
    path: Path
    rows: list[PlantedRow] = field(default_factory=list[PlantedRow])
    hidden_rows: int = 0
    edition: str = "first"
    said: Said = field(default_factory=Said)

    @property
    def counts(self) -> dict[str, int]:
        """The rows by what an import says of them, the units' files being imported in order.

        new, unchanged, corrected, error; `close` are those of the new (or unchanged) ones that
        resemble somebody registered before. Whoever stands on a second list already (`elsewhere`:
        two villages; `shared`: a village and a sector) is counted apart.
        """
        of = Counter(row.role for row in self.rows)
        taken = of[GOOD] + of[CLOSE]
        corrected = sum(row.corrected for row in self.rows)
        first = self.edition == "first"
        return {
            "new": taken if first else 0,
            "unchanged": 0 if first else taken - corrected,
            "corrected": corrected,
            "close": of[CLOSE],
            "error": of[ERROR],
            "elsewhere": of[ELSEWHERE],
            "shared": of[SHARED],
        }

    @property
    def errors(self) -> set[tuple[str, int, str, str]]:
        """Sheet, row, column and code of every planted error."""
        return {(r.sheet, r.row, r.column, r.code) for r in self.rows if r.role == ERROR}


@dataclass(slots=True)
class Planted:
    """A whole set: a book a unit, in the order in which they are to be imported."""

    books: list[Book] = field(default_factory=list[Book])
    corrections: list[Correction] = field(default_factory=list[Correction])
    close: list[ClosePair] = field(default_factory=list[ClosePair])

    @property
    def people(self) -> set[str]:
        """The document numbers of everybody who is registered in the end."""
        return {row.person.number for book in self.books for row in book.rows if row.role != ERROR}
