"""Rosters: what is registered of a workbook, and what is told of every row of it (R21)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import select

from services.registration.domain.resident import Resident
from services.registration.importing import (
    DOCUMENT,
    Known,
    Outcome,
    correct,
    differs,
    elsewhere,
    register,
    seen_in,
)
from services.registration.roster import read_roster
from services.registration.roster_rows import Line
from services.registration.traces import Traces
from services.registration.views import units


class Rosters(Traces):
    """A unit's roster is handed in."""

    def import_roster(self, code: str, content: bytes) -> dict[str, Any]:
        """Register everybody on a unit's roster, all good rows at once (R21)."""
        unit = self.stored_unit(code)
        roster = read_roster(content)
        outcome = self._sort_lines(code, roster.lines)
        faults = sorted(
            (*roster.faults, *outcome.faults), key=lambda fault: (fault.sheet, fault.row)
        )
        counts = {name: outcome.count(name) for name in ("new", "corrected", "unchanged")}
        sha256 = hashlib.sha256(content).hexdigest()
        unit.record_import(file_sha256=sha256, errors=len(faults), **counts)
        self.keys.prepare([str(person.id) for person in outcome.changed])
        self.save(*outcome.changed, unit)
        self.remember(outcome.seen)
        return {
            "unit": code,
            "rows": len(outcome.entries) + len(faults),
            **counts,
            "errors": [asdict(fault) for fault in faults],
            "entries": outcome.entries,
            "ignored": roster.ignored,
        }

    def _known(self, ids: Sequence[str]) -> dict[str, Known]:
        rows = list(self.registered(ids))
        opened = self.identities(rows)
        names = {row["unit"]: row["name_zh"] for row in self.rows(select(units))}
        return {
            row["resident"]: Known(
                unit=row["unit"],
                unit_name=names[row["unit"]],
                tie=row["tie"],
                cohort=row["cohort"],
                identity=opened[row["resident"]],
            )
            for row in rows
        }

    def _sort_lines(self, code: str, lines: Sequence[Line]) -> Outcome:
        assert self.privacy is not None
        ids = [self.privacy.resident_id(DOCUMENT, line.card.number) for line in lines]
        known = self._known([str(resident) for resident in ids])
        cohort = self._cohort(code)
        outcome = Outcome()
        for line, resident in zip(lines, ids, strict=True):
            before = known.get(str(resident))
            if before is None:
                outcome.seen.append(seen_in(line, resident, {}))
                outcome.changed.append(register(line, resident, code, cohort))
                said = "new"
            elif before.unit != code:
                outcome.faults.append(elsewhere(line, before))
                continue
            elif differs(line, before):
                person = self.get(Resident, resident)
                correct(line, person, code, before)
                outcome.changed.append(person)
                outcome.seen.append(seen_in(line, resident, before.identity or {}))
                said = "corrected"
            else:
                said = "unchanged"
            outcome.entries.append(
                {
                    "sheet": line.sheet,
                    "row": line.row,
                    "outcome": said,
                    "resident": str(resident),
                }
            )
        return outcome

    def _cohort(self, code: str) -> str:
        """The cohort most of the unit's people belong to, as the plan says."""
        return next((each.cohort for each in self.campaign.units if each.code == code), "general")
