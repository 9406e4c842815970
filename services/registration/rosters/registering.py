"""A unit's roster is registered: all good rows at once, and every row is told of (R21)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
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
    KINDS,
    Candidate,
    Change,
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
    pairs: list[tuple[Line, str]]
    known: dict[str, Known]

    def chunks(self) -> Iterator[Pairs]:
        """The lines with their residents, so many at once as a query asks for."""
        for start in range(0, len(self.pairs), AT_ONCE):
            yield self.pairs[start : start + AT_ONCE]


def prepare_roster(work: Work, roster: Roster, every: Every = unpaced) -> PreparedRoster:
    """Find out whose the lines are, and open who is known.

    What is found out here, without a transaction, is looked at again by `register_roster`.
    """
    prepared = PreparedRoster(roster, [], {})
    for line in roster.lines:
        document = line.document
        resident = str(work.privacy.resident_id(document.kind, document.number))
        prepared.pairs.append((line, resident))
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
        batch = _Batch(work, outcome, code, cohort)
        batch.look_at(chunk, prepared.known)
        for line, resident in chunk:
            every()
            batch.decide(line, resident)
        batch.take()
    named = [
        (line, resident, entry)
        for line, resident in prepared.pairs
        if line.cadre and (entry := outcome.told.get(resident))
    ]
    unassigned = assign_named(work, code, named)
    notes = [
        Note(sheet=each.sheet, row=each.row, notes=list(each.notes))
        for each in roster.lines
        if each.notes
    ]
    faults = sorted(
        (*roster.faults, *outcome.faults), key=lambda fault: (fault["sheet"], fault["row"])
    )
    result = Result(
        unit=code,
        rows=len(outcome.entries) + len(faults),
        new=outcome.count("new"),
        corrected=outcome.count("corrected"),
        unchanged=outcome.count("unchanged"),
        close=outcome.count("close"),
        errors=faults,
        entries=outcome.entries,
        ignored=roster.ignored,
        notes=[*notes, *unassigned],
        accounts=roster.accounts,
    )
    counts = {kind: result[kind] for kind in KINDS}
    unit.record_import(file_sha256=file_sha256, errors=len(faults), **counts)
    work.save(unit)
    return result


def _cohort(work: Work, code: str) -> str:
    """The cohort most of the unit's people belong to, as the plan says."""
    return next((each.cohort for each in work.campaign.units if each.code == code), GENERAL)


def _known(work: Work, ids: Sequence[str], before: Mapping[str, Known]) -> dict[str, Known]:
    """Those of the ids who are registered; whoever is as `before` is not opened again."""
    rows = {row["resident"]: row for row in residents.registered(work, ids)}
    fresh = [
        row for who, row in rows.items() if (known := before.get(who)) is None or known.row != row
    ]
    opened = residents.identities(work, fresh)
    return {
        who: Known(row, opened[who]) if who in opened else before[who] for who, row in rows.items()
    }


class _Batch:
    """Lines that are decided on and saved together, as their people are in this transaction."""

    def __init__(self, work: Work, outcome: Outcome, unit: str, cohort: str) -> None:
        self.work, self.outcome, self.unit, self.cohort = work, outcome, unit, cohort
        self.known: dict[str, Known] = {}
        self.sharing = Sharing(unit, {}, {})
        self.cohorts: Mapping[str, set[str]] = {}
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

    def look_at(self, chunk: Pairs, before: Mapping[str, Known]) -> None:
        """Find out who is registered, on which lists, in which cohorts."""
        self.known = known = _known(self.work, [resident for _, resident in chunk], before)
        several = [who for line, who in chunk if line.cohorts and len(line.cohorts) > 1]
        theirs = [who for who, person in known.items() if person.row["unit"] != self.unit]
        if theirs:
            self.sharing = lists.sharing(self.work, self.unit, theirs)
        self.cohorts = lists.tags_among(self.work, several)

    def decide(self, line: Line, resident: str) -> None:
        """Decide on one line."""
        there = self.known.get(resident)
        if there is None:
            self._register(line, resident)
        elif there.row["unit"] != self.unit:
            self._list_also(line, resident, there)
        elif is_another_person(line, there):
            self.outcome.faults.append(another_person(line))
        else:
            self._correct(line, resident, there)

    def _register(self, line: Line, resident: str) -> None:
        person = register(line, resident, self.unit, self.cohort)
        self.changed.append(person)
        if line.cohorts and len(line.cohorts) > 1:
            self.tagged.append((person, line.cohorts))
        self.new.append(seen_in(line, resident, {}))
        self.outcome.add(line, resident, "new")

    def _correct(self, line: Line, resident: str, there: Known) -> None:
        """A line of somebody the unit has registered before."""
        changed = changes(line, there)
        has = {line.cohort or there.row["cohort"], *self.cohorts.get(resident, ())}
        more = sorted({*(line.cohorts or ())} - has)
        if not changed and not more:
            self.outcome.add(line, resident, "unchanged")
            return
        person = self.work.get(Resident, UUID(resident))
        if changed:
            correct(line, person, self.unit, there, changed)
            self.corrected.append(seen_in(line, resident, there.identity or {}))
        if more:
            person.tag((*person.cohorts, *more))
        (self.changed if changed else self.shared).append(person)
        changed += [Change(field="cohort", before="", after=each) for each in more]
        self.outcome.add(line, resident, "corrected", changes=changed)

    def _list_also(self, line: Line, resident: str, there: Known) -> None:
        """A line of somebody whom another unit counts: a village and a sector may share (R16)."""
        sharing = self.sharing
        before = sharing.tie_of(resident)
        if not before and not sharing.may(resident, there.row["unit"]):
            listing = units.unit(self.work, there.row["unit"])
            self.outcome.faults.append(elsewhere(line, listing))
            return
        cohort = line.cohort or self.cohort
        person = lists.share(self.work, sharing, UUID(resident), line.tie, cohort)
        if person is None:
            self.outcome.add(line, resident, "unchanged", counted_in=there.row["unit"])
            return
        self.shared.append(person)
        changed = [Change(field="tie", before=before or "", after=line.tie)]
        self.outcome.add(line, resident, "corrected", counted_in=there.row["unit"], changes=changed)

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
