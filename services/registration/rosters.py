"""Rosters: what is registered of a workbook, and what is told of every row of it (R21)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.registration.domain.import_refusals import TooManyRows
from services.registration.domain.resident import Resident
from services.registration.importing import (
    DOCUMENT,
    Known,
    Outcome,
    changes,
    correct,
    elsewhere,
    register,
)
from services.registration.queries import AT_ONCE, RegistrationQueries
from services.registration.roster_rows import Line, Roster
from services.registration.views import units
from shared.pacing import Every, unpaced

MOST_ROWS = 50_000
"""Of one file: it is registered in one transaction, and others wait for that one to end."""

COUNTED = ("new", "corrected", "unchanged", "close")


@dataclass(slots=True)
class Prepared:
    """A read roster whose lines are known by the ids of their residents."""

    roster: Roster
    ids: list[UUID]
    known: dict[str, Known]

    def chunks(self) -> Iterator[list[tuple[Line, UUID]]]:
        """The lines with their residents, so many at once as a query asks for."""
        pairs = list(zip(self.roster.lines, self.ids, strict=True))
        for start in range(0, len(pairs), AT_ONCE):
            yield pairs[start : start + AT_ONCE]


class Rosters(RegistrationQueries):
    """A unit's roster is handed in."""

    def prepare_roster(self, roster: Roster, every: Every = unpaced) -> Prepared:
        """Find out whose the lines are, and open who is known; raises `TooManyRows`.

        What is found out here, without a transaction, is looked at again by `register_roster`.
        """
        rows = len(roster.lines) + len(roster.faults)
        if rows > MOST_ROWS:
            raise TooManyRows(rows, MOST_ROWS)
        assert self.privacy is not None
        prepared = Prepared(roster, [], {})
        for line in roster.lines:
            prepared.ids.append(self.privacy.resident_id(DOCUMENT, line.card.number))
            every()
        for chunk in prepared.chunks():
            prepared.known |= self._known([str(resident) for _, resident in chunk], {})
            every()
        return prepared

    def register_roster(
        self, code: str, file_sha256: str, prepared: Prepared, every: Every = unpaced
    ) -> dict[str, Any]:
        """Register everybody on a unit's roster, all good rows at once (R21)."""
        unit, cohort = self.stored_unit(code), self._cohort(code)
        roster, outcome = prepared.roster, Outcome()
        for chunk in prepared.chunks():
            changed = self._sort_lines(code, cohort, chunk, prepared.known, outcome, every)
            self.keys.prepare([str(person.id) for person in changed])
            self.save(*changed)
        faults = sorted(
            (*roster.faults, *outcome.faults), key=lambda fault: (fault.sheet, fault.row)
        )
        counts = {name: outcome.count(name) for name in COUNTED}
        unit.record_import(file_sha256=file_sha256, errors=len(faults), **counts)
        self.save(unit)
        return {
            "unit": code,
            "rows": len(outcome.entries) + len(faults),
            **counts,
            "errors": [asdict(fault) for fault in faults],
            "entries": outcome.entries,
            "ignored": roster.ignored,
        }

    def _known(self, ids: Sequence[str], before: dict[str, Known]) -> dict[str, Known]:
        """Those of the ids who are registered; whoever stands as `before` is not opened again."""
        rows = list(self.registered(ids))
        fresh = [
            row
            for row in rows
            if (known := before.get(row["resident"])) is None or known.row != row
        ]
        opened = self.identities(fresh)
        names = {row["unit"]: row["name_zh"] for row in self.rows(select(units))} if rows else {}
        found: dict[str, Known] = {}
        for row in rows:
            resident = row["resident"]
            if resident in opened:
                found[resident] = Known(row, names[row["unit"]], opened[resident])
            else:
                found[resident] = before[resident]
        return found

    def _sort_lines(
        self,
        code: str,
        cohort: str,
        chunk: Sequence[tuple[Line, UUID]],
        before: dict[str, Known],
        outcome: Outcome,
        every: Every,
    ) -> list[Resident]:
        """Decide on some lines by what is true in this transaction; return who has changed."""
        known = self._known([str(resident) for _, resident in chunk], before)
        changed: list[Resident] = []
        for line, resident in chunk:
            every()
            there = known.get(str(resident))
            if there is None:
                changed.append(register(line, resident, code, cohort))
                outcome.add(line, resident, "new")
            elif there.unit != code:
                outcome.faults.append(elsewhere(line, there))
            elif differing := changes(line, there):
                person = self.get(Resident, resident)
                correct(line, person, code, there)
                changed.append(person)
                outcome.add(line, resident, "corrected", changes=differing)
            else:
                outcome.add(line, resident, "unchanged")
        return changed

    def _cohort(self, code: str) -> str:
        """The cohort most of the unit's people belong to, as the plan says."""
        return next((each.cohort for each in self.campaign.units if each.code == code), "general")
