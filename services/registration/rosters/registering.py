"""A unit's roster is registered: all good rows at once, and every row is told of (R21)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import cast
from uuid import UUID

from services.registration.domain.resident import Resident
from services.registration.duplicates.commands import record_matches
from services.registration.residents import lists
from services.registration.residents import queries as residents
from services.registration.residents.lists import GENERAL, Sharing
from services.registration.residents.queries import AT_ONCE
from services.registration.rosters.comparison import (
    Known,
    another_person,
    changes,
    correct,
    elsewhere,
    is_another_person,
    register,
    seen_in,
)
from services.registration.rosters.named_cadres import assign_named
from services.registration.rosters.outcome import (
    AccountRow,
    Candidate,
    Change,
    FaultRow,
    Note,
    Outcome,
    Result,
)
from services.registration.rosters.reading.roster_lines import Line, Roster
from services.registration.search.blind_index import Seen
from services.registration.search.close_matches import close_matches
from services.registration.search.commands import remember
from services.registration.units import queries as units
from shared.kit.pacing import Every, unpaced
from shared.town.work import Work

SHOWN = 0.45
"""Likeness from which on a clerk is shown a close match: one telephone, one birth date and names
that sound the same have it, also where both numbers are right."""

Pairs = Sequence[tuple[Line, str]]
"""Lines with the ids of their residents."""


@dataclass(slots=True)
class PreparedRoster:
    """A read roster whose lines are known by the ids of their residents."""

    roster: Roster
    ids: list[str]
    known: dict[str, Known]

    def pairs(self) -> Pairs:
        """The lines with their residents."""
        return list(zip(self.roster.lines, self.ids, strict=True))

    def chunks(self) -> Iterator[Pairs]:
        """The same, so many at once as a query asks for."""
        pairs = self.pairs()
        for start in range(0, len(pairs), AT_ONCE):
            yield pairs[start : start + AT_ONCE]


def prepare_roster(work: Work, roster: Roster, every: Every = unpaced) -> PreparedRoster:
    """Find out whose the lines are, and open who is known.

    What is found out here, without a transaction, is looked at again by `register_roster`.
    """
    prepared = PreparedRoster(roster, [], {})
    for line in roster.lines:
        document = line.document
        prepared.ids.append(str(work.privacy.resident_id(document.kind, document.number)))
        every()
    for chunk in prepared.chunks():
        prepared.known |= _known(work, [resident for _, resident in chunk], {})
        every()
    return prepared


def register_roster(
    work: Work, code: str, file_sha256: str, prepared: PreparedRoster, every: Every = unpaced
) -> Result:
    """Register everybody on a unit's roster, all good rows at once. Raises `UnknownUnit`."""
    unit, cohort = units.stored_unit(work, code), _cohort(work, code)
    roster, outcome = prepared.roster, Outcome()
    for chunk in prepared.chunks():
        known = _known(work, [resident for _, resident in chunk], prepared.known)
        batch = _Batch(work, outcome, _here(work, code, cohort, chunk, known))
        for line, resident in chunk:
            every()
            batch.decide(line, resident)
        batch.take()
    named = [
        (line, resident, entry)
        for line, resident in prepared.pairs()
        if line.cadre and (entry := outcome.told.get(resident))
    ]
    unassigned = assign_named(work, code, named)
    faults = sorted((*roster.faults, *outcome.faults), key=lambda fault: (fault.sheet, fault.row))
    result = Result(
        unit=code,
        rows=len(outcome.entries) + len(faults),
        new=outcome.count("new"),
        corrected=outcome.count("corrected"),
        unchanged=outcome.count("unchanged"),
        close=outcome.count("close"),
        errors=cast("list[FaultRow]", [asdict(fault) for fault in faults]),
        entries=outcome.entries,
        ignored=roster.ignored,
        notes=[*_notes(roster), *unassigned],
        accounts=[cast("AccountRow", asdict(account)) for account in roster.accounts],
    )
    unit.record_import(
        file_sha256=file_sha256,
        new=result["new"],
        corrected=result["corrected"],
        unchanged=result["unchanged"],
        close=result["close"],
        errors=len(faults),
    )
    work.save(unit)
    return result


def _notes(roster: Roster) -> Iterator[Note]:
    for line in roster.lines:
        if line.notes:
            yield Note(sheet=line.sheet, row=line.row, notes=list(line.notes))


def _cohort(work: Work, code: str) -> str:
    """The cohort most of the unit's people belong to, as the plan says."""
    return next((each.cohort for each in work.campaign.units if each.code == code), GENERAL)


def _known(work: Work, ids: Sequence[str], before: Mapping[str, Known]) -> dict[str, Known]:
    """Those of the ids who are registered; whoever is as `before` is not opened again."""
    rows = list(residents.registered(work, ids))
    fresh = [
        row for row in rows if (known := before.get(row["resident"])) is None or known.row != row
    ]
    opened = residents.identities(work, fresh)
    found: dict[str, Known] = {}
    for row in rows:
        resident = row["resident"]
        if resident in opened:
            found[resident] = Known(row, opened[resident])
        else:
            found[resident] = before[resident]
    return found


@dataclass(frozen=True, slots=True)
class _Here:
    """What is true of the people of some lines: who is registered, on which lists, in which cohorts."""

    unit: str
    cohort: str
    known: Mapping[str, Known]
    sharing: Sharing
    cohorts: Mapping[str, set[str]]


def _here(work: Work, code: str, cohort: str, chunk: Pairs, known: Mapping[str, Known]) -> _Here:
    """Look at the people of some lines as they are in this transaction."""
    several = [who for line, who in chunk if line.cohorts and len(line.cohorts) > 1]
    theirs = [who for _, who in chunk if who in known and known[who].unit != code]
    sharing = lists.sharing(work, code, theirs) if theirs else Sharing(code, {}, {})
    return _Here(code, cohort, known, sharing, lists.tags_among(work, several))


class _Batch:
    """Lines that are decided on and saved together."""

    def __init__(self, work: Work, outcome: Outcome, here: _Here) -> None:
        self.work, self.outcome, self.here = work, outcome, here
        self.changed: list[Resident] = []  # sealed anew
        # Other units' people whom this unit lists too, and people of whom only cohorts are new:
        # nothing of theirs is sealed.
        self.shared: list[Resident] = []
        # They get further cohorts when all are saved, so that registrations follow each other in
        # one run.
        self.tagged: list[tuple[Resident, tuple[str, ...]]] = []
        # Who they are now, to be remembered by.
        self.new: list[Seen] = []
        self.corrected: list[Seen] = []

    def decide(self, line: Line, resident: str) -> None:
        """Decide on one line."""
        there = self.here.known.get(resident)
        if there is None:
            self._register(line, resident)
        elif there.unit != self.here.unit:
            self._list_also(line, resident, there)
        elif is_another_person(line, there):
            self.outcome.faults.append(another_person(line))
        else:
            self._correct(line, resident, there)

    def _register(self, line: Line, resident: str) -> None:
        person = register(line, resident, self.here.unit, self.here.cohort)
        self.changed.append(person)
        if line.cohorts and len(line.cohorts) > 1:
            self.tagged.append((person, line.cohorts))
        self.new.append(seen_in(line, resident, {}))
        self.outcome.add(line, resident, "new")

    def _correct(self, line: Line, resident: str, there: Known) -> None:
        """A line of somebody the unit has registered before."""
        changed = changes(line, there)
        has = {line.cohort or there.cohort, *self.here.cohorts.get(resident, ())}
        more = sorted({*(line.cohorts or ())} - has)
        if not changed and not more:
            self.outcome.add(line, resident, "unchanged")
            return
        person = self.work.get(Resident, UUID(resident))
        if changed:
            correct(line, person, self.here.unit, there, changed)
            self.corrected.append(seen_in(line, resident, there.identity or {}))
        if more:
            person.tag((*person.cohorts, *more))
        (self.changed if changed else self.shared).append(person)
        changed += [Change(field="cohort", before="", after=each) for each in more]
        self.outcome.add(line, resident, "corrected", changes=changed)

    def _list_also(self, line: Line, resident: str, there: Known) -> None:
        """A line of somebody whom another unit counts: a village and a sector may share (R16)."""
        sharing = self.here.sharing
        before = sharing.tie_of(resident)
        if not before and not sharing.may(resident, there.unit):
            name = self._unit_names[there.unit]
            self.outcome.faults.append(elsewhere(line, there.unit, name))
            return
        cohort = line.cohort or self.here.cohort
        person = lists.share(self.work, sharing, UUID(resident), line.tie, cohort)
        if person is None:
            self.outcome.add(line, resident, "unchanged", counted_in=there.unit)
            return
        self.shared.append(person)
        changed = [Change(field="tie", before=before or "", after=line.tie)]
        self.outcome.add(line, resident, "corrected", counted_in=there.unit, changes=changed)

    @cached_property
    def _unit_names(self) -> dict[str, str]:
        return {unit["unit"]: unit["name_zh"] for unit in units.all_units(self.work)}

    def take(self) -> None:
        """Save what was decided; tell who of the new may be somebody known."""
        work = self.work
        work.privacy.table.prepare([str(person.id) for person in self.changed])
        # Remembered first: PostgreSQL takes the traces in while the events are sealed.
        remember(work, [*self.new, *self.corrected])
        work.save(*self.changed, *self.shared)
        for person, cohorts in self.tagged:
            person.tag(cohorts)
        work.save(*(person for person, _ in self.tagged))
        found = close_matches(work, self.new, at_least=SHOWN) if self.new else []
        record_matches(work, found)
        for match in found:
            entry = self.outcome.told[match.resident]
            entry["outcome"] = "close"
            entry.setdefault("matches", []).append(
                Candidate(resident=match.other, score=match.score, reasons=list(match.reasons))
            )
