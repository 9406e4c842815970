"""The column of responsible cadres: whom a roster names is made responsible (R24)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from services.registration.domain.responsibility import Responsibility
from services.registration.mobilisation.queries import holders_of
from services.registration.residents.queries import AT_ONCE
from services.registration.rosters.outcome import Change, Entry, Note, note_of
from services.registration.rosters.reading.roster_lines import Line
from services.registration.staff.queries import cadres_at_work
from shared.kit.eventstore import blank
from shared.town.work import Work

Begin = Callable[[type[Responsibility], UUID], Responsibility]
Named = tuple[Line, str, Entry]
"""A line that names a cadre, whose it is, and the entry that tells what became of it."""


def assign_named(work: Work, code: str, named: Sequence[Named]) -> list[Note]:
    """Make the cadres that lines name responsible from today on; return notes on the others.

    A line that says nothing else new becomes a correction. Whom another unit counts, that unit
    gives a cadre.
    """
    at_work = set(cadres_at_work(work, code)) if named else set[str]()
    today = work.today()
    notes: list[Note] = []
    changed: list[Responsibility] = []
    for start in range(0, len(named), AT_ONCE):
        some = named[start : start + AT_ONCE]
        held = holders_of(work, [resident for _, resident, _ in some])
        for line, resident, entry in some:
            if line.cadre is None or line.cadre not in at_work or "counted_in" in entry:
                why = "cadre_elsewhere" if "counted_in" in entry else "cadre_not_at_work"
                notes.append(note_of(line, [why]))
            elif (before := held.get(resident)) != line.cadre:
                begin: Begin = work.begin if resident in held else blank
                responsibility = begin(Responsibility, Responsibility.create_id(UUID(resident)))
                responsibility.assign(
                    UUID(resident),
                    code,
                    line.cadre,
                    max(today, responsibility.since or today),
                    start=min(work.campaign.start, today),
                    today=today,
                    lapsed=before is None,
                )
                changed.append(responsibility)
                _correct(entry, before, line.cadre)
    work.save(*changed)
    return notes


def _correct(entry: Entry, before: str | None, cadre: str) -> None:
    if entry["outcome"] in ("unchanged", "corrected"):
        entry["outcome"] = "corrected"
        change = Change(field="cadre", before=before or "", after=cadre)
        entry.setdefault("changes", []).append(change)
