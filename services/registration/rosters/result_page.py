"""What the page of a result shows of it: one group of rows, so many at once."""

from __future__ import annotations

from dataclasses import dataclass

from services.registration.rosters.outcome import Entry
from services.registration.rosters.queries import ImportResult
from services.registration.rosters.reading.roster_lines import ToldFault
from shared.town import request_context
from shared.town.terms.rosters import ROW_GROUPS

PAGE_ROWS = 200


@dataclass(frozen=True, slots=True)
class Shown:
    """Rows of one group; `next` is where the following ones begin, or None."""

    group: str
    entries: list[Entry]
    faults: list[ToldFault]
    after: int
    next: int | None

    @property
    def residents(self) -> list[str]:
        """Everybody whose name the rows need: the rows' own people, and whom they may be."""
        also = [match for entry in self.entries for match in entry.get("matches", ())]
        return list(dict.fromkeys(each["resident"] for each in (*self.entries, *also)))


def page_of(result: ImportResult, group: str | None, after: int) -> Shown:
    """Return some rows of a group; of the first one that has any, if none is asked for."""
    if group is None:
        group = next((each for each in ROW_GROUPS if _size_of(result, each)), "errors")
    some = slice(after, after + PAGE_ROWS)
    follows = some.stop if _size_of(result, group) > some.stop else None
    if group == "errors":
        return Shown(group, [], result["errors"][some], after, follows)
    entries = [entry for entry in result["entries"] if entry["outcome"] == group][some]
    asked = request_context.current()
    for entry in entries:
        # The values before and after are the person's own: seeing them is a look.
        if asked is not None and (seen := [each["field"] for each in entry.get("changes", ())]):
            asked.look(entry["resident"], seen)
    return Shown(group, entries, [], after, follows)


def _size_of(result: ImportResult, group: str) -> int:
    """How many rows a group has."""
    if group == "errors":
        return len(result["errors"])
    return sum(entry["outcome"] == group for entry in result["entries"])
