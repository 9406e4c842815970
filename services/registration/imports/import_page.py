"""What the page of a result shows of it: one group of rows, so many at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.registration.imports.import_schemas import GROUPS
from shared.town import request_context

PAGE_ROWS = 200


@dataclass(frozen=True, slots=True)
class Shown:
    """Rows of one group; `next` is where the following ones begin, or None."""

    group: str
    entries: list[dict[str, Any]]
    faults: list[dict[str, Any]]
    after: int
    next: int | None

    @property
    def residents(self) -> list[str]:
        """Everybody whose name the rows need: the rows' own people, and whom they may be."""
        also = [match for entry in self.entries for match in entry.get("matches", ())]
        return list(dict.fromkeys(each["resident"] for each in (*self.entries, *also)))


def page_of(result: dict[str, Any], group: str | None, after: int) -> Shown:
    """Return some rows of a group; of the first one that has any, if none is asked for."""
    if group is None:
        group = next((each for each in GROUPS if size_of(result, each)), GROUPS[0])
    of_group = [entry for entry in result["entries"] if entry["outcome"] == group]
    rows = result["errors"] if group == "errors" else of_group
    some = rows[after : after + PAGE_ROWS]
    follows = after + PAGE_ROWS if len(rows) > after + PAGE_ROWS else None
    entries: list[dict[str, Any]] = [] if group == "errors" else some
    asked = request_context.current()
    for entry in entries:
        # The values before and after are the person's own: seeing them is a look.
        if asked is not None and (seen := [each["field"] for each in entry.get("changes", ())]):
            asked.look(entry["resident"], seen)
    return Shown(group, entries, some if group == "errors" else [], after, follows)


def size_of(result: dict[str, Any], group: str) -> int:
    """How many rows a group has."""
    return len(result["errors"]) if group == "errors" else result[group]
