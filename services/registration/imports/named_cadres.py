"""The column of responsible cadres: whom a roster names is made responsible (R24)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.registration.calling.responsibilities import Responsibilities
from services.registration.calling.responsibility_views import responsibilities
from services.registration.domain.responsibility import Responsibility
from services.registration.queries import AT_ONCE
from services.registration.reading.roster_lines import Line
from services.registration.reading.roster_notes import NOTES
from shared.kit.eventstore import Prepared, among, blank, in_json

Begin = Callable[[type[Responsibility], UUID], Responsibility]
_HELD = Prepared(
    select(responsibilities.c.resident, responsibilities.c.cadre, responsibilities.c.until).where(
        among(responsibilities.c.resident, "ids")
    )
)
Named = tuple[Line, str, dict[str, Any]]
"""A line that names a cadre, whose it is, and the entry that tells what became of it."""


class NamedCadres(Responsibilities):
    """A roster may say who is responsible for a resident."""

    def assign_named(self, code: str, named: Sequence[Named]) -> list[dict[str, Any]]:
        """Make the cadres that lines name responsible from today on; return notes on the others.

        A line that says nothing else new becomes a correction. Whom another unit counts, that unit
        gives a cadre.
        """
        at_work = set(self.cadres_at_work(code)) if named else set[str]()
        notes: list[dict[str, Any]] = []
        changed: list[Responsibility] = []
        for start in range(0, len(named), AT_ONCE):
            some = named[start : start + AT_ONCE]
            held = self._holders_of([resident for _, resident, _ in some])
            for line, resident, entry in some:
                if line.cadre not in at_work or "counted_in" in entry:
                    why = "cadre_elsewhere" if "counted_in" in entry else "cadre_not_at_work"
                    notes.append({"sheet": line.sheet, "row": line.row, "notes": [NOTES[why]]})
                elif (before := held.get(resident)) != line.cadre:
                    begin = self.begin if resident in held else blank
                    changed.append(self._assigned(begin, code, UUID(resident), line.cadre, before))
                    _tell(entry, before, line.cadre)
        self.save(*changed)
        return notes

    def _holders_of(self, residents: Sequence[str]) -> dict[str, str | None]:
        """The cadres assigned to residents now; None to whoever only had one before."""
        held: dict[str, str | None] = {}
        for row in self.rows(_HELD, ids=in_json(residents)):
            held.setdefault(row["resident"], None)
            if row["until"] is None:
                held[row["resident"]] = row["cadre"]
        return held

    def _assigned(
        self, begin: Begin, code: str, resident: UUID, cadre: str, before: str | None
    ) -> Responsibility:
        held = begin(Responsibility, Responsibility.create_id(resident))
        today = self.today()
        held.assign(
            resident,
            code,
            cadre,
            max(today, held.since or today),
            start=min(self.campaign.start, today),
            today=today,
            lapsed=before is None,
        )
        return held


def _tell(entry: dict[str, Any], before: str | None, cadre: str) -> None:
    if entry["outcome"] in ("unchanged", "corrected"):
        change = {"field": "cadre", "before": before or "", "after": cadre}
        entry["outcome"] = "corrected"
        entry.setdefault("changes", []).append(change)
