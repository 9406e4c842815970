"""Rosters: what is registered of a workbook, and what is told of every row of it (R21)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.registration.belonging.belonging import Belonging, Sharing
from services.registration.belonging.belonging_views import tags
from services.registration.domain.resident import Resident
from services.registration.finding.close_matches import CloseMatch
from services.registration.imports.importing import (
    Batch,
    Known,
    Outcome,
    another_person,
    changes,
    correct,
    elsewhere,
    is_another_person,
    register,
    seen_in,
)
from services.registration.imports.named_cadres import NamedCadres
from services.registration.merging.matches import Matches
from services.registration.queries import AT_ONCE
from services.registration.reading.roster_lines import Line, Roster
from services.registration.views import units
from shared.kit.eventstore import Prepared, among, in_json
from shared.kit.pacing import Every, unpaced

SHOWN = 0.45
"""Likeness from which on a clerk is shown a close match: one telephone, one birth date and names
that sound the same have it, also where both numbers are right."""

COUNTED = ("new", "corrected", "unchanged", "close")
_TAGGED = Prepared(select(tags).where(among(tags.c.resident, "ids")))
Pairs = Sequence[tuple[Line, str]]


@dataclass(slots=True)
class PreparedRoster:
    """A read roster whose lines are known by the ids of their residents."""

    roster: Roster
    ids: list[str]
    known: dict[str, Known]

    def chunks(self) -> Iterator[Pairs]:
        """The lines with their residents, so many at once as a query asks for."""
        pairs = list(zip(self.roster.lines, self.ids, strict=True))
        for start in range(0, len(pairs), AT_ONCE):
            yield pairs[start : start + AT_ONCE]


@dataclass(frozen=True, slots=True)
class Standing:
    """What is true of the people of some lines: who is registered, on which lists, in which cohorts."""

    code: str
    cohort: str
    known: dict[str, Known]
    sharing: Sharing
    cohorts: dict[str, set[str]]


class Rosters(Belonging, Matches, NamedCadres):
    """A unit's roster is handed in."""

    def prepare_roster(self, roster: Roster, every: Every = unpaced) -> PreparedRoster:
        """Find out whose the lines are, and open who is known.

        What is found out here, without a transaction, is looked at again by `register_roster`.
        """
        assert self.privacy is not None
        prepared = PreparedRoster(roster, [], {})
        for line in roster.lines:
            document = line.document
            prepared.ids.append(str(self.privacy.resident_id(document.kind, document.number)))
            every()
        for chunk in prepared.chunks():
            prepared.known |= self._known([resident for _, resident in chunk], {})
            every()
        return prepared

    def register_roster(
        self, code: str, file_sha256: str, prepared: PreparedRoster, every: Every = unpaced
    ) -> dict[str, Any]:
        """Register everybody on a unit's roster, all good rows at once (R21)."""
        unit, cohort = self.stored_unit(code), self._cohort(code)
        roster, outcome = prepared.roster, Outcome()
        for chunk in prepared.chunks():
            standing = self._standing(code, cohort, chunk, prepared.known)
            batch = Batch()
            for line, resident in chunk:
                every()
                self._decide(line, resident, standing, outcome, batch)
            self._take(batch, outcome)
        named = [
            (line, resident, entry)
            for line, resident in zip(roster.lines, prepared.ids, strict=True)
            if line.cadre and (entry := outcome.told.get(resident))
        ]
        unassigned = self.assign_named(code, named)
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
            "notes": [
                {"sheet": line.sheet, "row": line.row, "notes": list(line.notes)}
                for line in roster.lines
                if line.notes
            ]
            + unassigned,
            "accounts": [asdict(account) for account in roster.accounts],
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

    def _standing(self, code: str, cohort: str, chunk: Pairs, before: dict[str, Known]) -> Standing:
        """Look at the people of some lines as they are in this transaction."""
        ids = [resident for _, resident in chunk]
        known = self._known(ids, before)
        several = [who for line, who in chunk if line.cohorts and len(line.cohorts) > 1]
        cohorts: dict[str, set[str]] = {}
        for row in self.rows(_TAGGED, ids=in_json(several)) if several else ():
            cohorts.setdefault(row["resident"], set()).add(row["cohort"])
        there = [each for each in ids if each in known]
        return Standing(code, cohort, known, self.sharing(code, there), cohorts)

    def _decide(
        self, line: Line, resident: str, standing: Standing, outcome: Outcome, batch: Batch
    ) -> None:
        """Decide on one line."""
        there = standing.known.get(resident)
        if there is None:
            person = register(line, resident, standing.code, standing.cohort)
            batch.changed.append(person)
            if line.cohorts and len(line.cohorts) > 1:
                batch.tagged.append((person, line.cohorts))
            batch.new.append(seen_in(line, resident, {}))
            outcome.add(line, resident, "new")
        elif there.unit != standing.code:
            self._on_second_list(line, resident, there, standing, outcome, batch)
        elif is_another_person(line, there):
            outcome.faults.append(another_person(line))
        else:
            self._meet(line, resident, there, standing, outcome, batch)

    def _meet(
        self,
        line: Line,
        resident: str,
        there: Known,
        standing: Standing,
        outcome: Outcome,
        batch: Batch,
    ) -> None:
        """A line of somebody the unit has registered before."""
        said = changes(line, there)
        has = {line.cohort or there.cohort, *standing.cohorts.get(resident, ())}
        more = sorted({*(line.cohorts or ())} - has)
        if not said and not more:
            outcome.add(line, resident, "unchanged")
            return
        person = self.get(Resident, UUID(resident))
        if said:
            correct(line, person, standing.code, there, said)
            batch.seen.append(seen_in(line, resident, there.identity or {}))
        if more:
            person.tag((*person.cohorts, *more))
        (batch.changed if said else batch.shared).append(person)
        said += [{"field": "cohort", "before": "", "after": each} for each in more]
        outcome.add(line, resident, "corrected", changes=said)

    def _on_second_list(
        self,
        line: Line,
        resident: str,
        there: Known,
        standing: Standing,
        outcome: Outcome,
        batch: Batch,
    ) -> None:
        """A line of somebody whom another unit counts: a village and a sector may share (R16)."""
        sharing = standing.sharing
        before = sharing.tie_of(resident)
        if not before and not sharing.may(resident, there.unit):
            outcome.faults.append(elsewhere(line, there))
            return
        shared = self.share(sharing, UUID(resident), line.tie, line.cohort or standing.cohort)
        if shared is None:
            outcome.add(line, resident, "unchanged", counted_in=there.unit)
            return
        batch.shared.append(shared)
        said = [{"field": "tie", "before": before or "", "after": line.tie}]
        outcome.add(line, resident, "corrected", counted_in=there.unit, changes=said)

    def _take(self, batch: Batch, outcome: Outcome) -> None:
        """Save what was decided on some lines; tell who of the new may be somebody known."""
        self.keys.prepare([str(person.id) for person in batch.changed])
        # Remembered first: PostgreSQL takes the traces in while the events are sealed.
        self.remember([*batch.new, *batch.seen])
        self.save(*batch.changed, *batch.shared)
        for person, cohorts in batch.tagged:
            person.tag(cohorts)
        self.save(*(person for person, _ in batch.tagged))
        found = self.close_matches(batch.new, at_least=SHOWN) if batch.new else []
        self.record_matches(found)
        for match in found:
            entry = outcome.told[match.resident]
            entry["outcome"] = "close"
            entry.setdefault("matches", []).append(_told(match))

    def _cohort(self, code: str) -> str:
        """The cohort most of the unit's people belong to, as the plan says."""
        return next((each.cohort for each in self.campaign.units if each.code == code), "general")


def _told(match: CloseMatch) -> dict[str, Any]:
    return {"resident": match.other, "score": match.score, "reasons": list(match.reasons)}
