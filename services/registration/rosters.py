"""Rosters: what is registered of a workbook, and what is told of every row of it (R21)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import select

from services.registration.belonging import Belonging
from services.registration.domain.resident import Resident
from services.registration.importing import (
    Known,
    Outcome,
    another_person,
    correct,
    differs,
    elsewhere,
    is_another_person,
    register,
    seen_in,
)
from services.registration.matches import Matches
from services.registration.roster import read_roster
from services.registration.roster_lines import Line
from services.registration.views import units


class Rosters(Belonging, Matches):
    """A unit's roster is handed in."""

    def import_roster(self, code: str, content: bytes) -> dict[str, Any]:
        """Register everybody on a unit's roster, all good rows at once (R21)."""
        unit = self.stored_unit(code)
        roster = read_roster(content, today=self.today())
        outcome = self._sort_lines(code, roster.lines)
        faults = sorted(
            (*roster.faults, *outcome.faults), key=lambda fault: (fault.sheet, fault.row)
        )
        counts = {name: outcome.count(name) for name in ("new", "corrected", "unchanged")}
        sha256 = hashlib.sha256(content).hexdigest()
        unit.record_import(file_sha256=sha256, errors=len(faults), **counts)
        self.keys.prepare([str(person.id) for person in outcome.changed])
        self.save(*outcome.changed, *outcome.shared, unit)
        self.remember(outcome.seen)
        self.record_matches(self.close_matches(outcome.seen))
        return {
            "unit": code,
            "rows": len(outcome.entries) + len(faults),
            **counts,
            "errors": [asdict(fault) for fault in faults],
            "entries": outcome.entries,
            "ignored": roster.ignored,
            "notes": [
                {"sheet": line.sheet, "row": line.row, "notes": list(line.notes)}
                for line in roster.lines
                if line.notes
            ],
            "accounts": [asdict(account) for account in roster.accounts],
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
                sex=row["sex"],
                birth_date=date.fromisoformat(row["birth_date"]),
            )
            for row in rows
        }

    def _sort_lines(self, code: str, lines: Sequence[Line]) -> Outcome:
        assert self.privacy is not None
        ids = [self.privacy.resident_id(line.document.kind, line.document.number) for line in lines]
        known = self._known([str(resident) for resident in ids])
        cohort, sharing = self._cohort(code), self.sharing(code, ids)
        outcome = Outcome()
        for line, resident in zip(lines, ids, strict=True):
            before = known.get(str(resident))
            if before is None:
                outcome.seen.append(seen_in(line, resident, {}))
                outcome.changed.append(register(line, resident, code, cohort))
                said = "new"
            elif before.unit != code:
                if not sharing.may(resident, before.unit) and not sharing.tie_of(resident):
                    outcome.faults.append(elsewhere(line, before))
                    continue
                shared = self.share(sharing, resident, line.tie, line.cohort or cohort)
                outcome.shared += [shared] if shared else []
                said = "corrected" if shared else "unchanged"
            elif is_another_person(line, before):
                outcome.faults.append(another_person(line))
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
                | ({"counted_in": before.unit} if before and before.unit != code else {})
            )
        return outcome

    def _cohort(self, code: str) -> str:
        """The cohort most of the unit's people belong to, as the plan says."""
        return next((each.cohort for each in self.campaign.units if each.code == code), "general")
