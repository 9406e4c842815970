"""A unit's roster is registered: all good rows at once, and every row is told of (R21)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from services.registration.residents.lists import GENERAL
from services.registration.residents.queries import AT_ONCE
from services.registration.rosters.batch import Batch, Pairs, known_among
from services.registration.rosters.comparison import Known
from services.registration.rosters.missing import missing_from
from services.registration.rosters.named_cadres import assign_named
from services.registration.rosters.outcome import (
    COUNTED,
    KINDS,
    Guess,
    Note,
    Outcome,
    Result,
    note_of,
)
from services.registration.rosters.reading.roster_lines import Line, Roster
from services.registration.units import queries as units
from shared.kit.pacing import Every, unpaced
from shared.town.work import Work


@dataclass(slots=True)
class PreparedRoster:
    """A read roster whose lines are known by the ids of their residents.

    `doubted` says of residents why the file as a whole casts doubt on their rows, `guessed` what
    it left open, `same_as` when the very same file was the unit's last.
    """

    roster: Roster
    pairs: list[tuple[Line, str]]
    known: dict[str, Known]
    doubted: dict[str, str] = field(default_factory=dict[str, str])
    guessed: list[Guess] = field(default_factory=list[Guess])
    same_as: str | None = None

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
        prepared.known |= known_among(work, [resident for _, resident in chunk], {})
        every()
    return prepared


def register_roster(
    work: Work, code: str, file_sha256: str, prepared: PreparedRoster, every: Every = unpaced
) -> Result:
    """Register everybody on a unit's roster, all good rows at once. Raises `UnknownUnit`."""
    unit, cohort = units.stored_unit(work, code), cohort_of(work, code)
    roster, outcome = prepared.roster, Outcome()
    missing = missing_from(work, code, [resident for _, resident in prepared.pairs])
    for chunk in prepared.chunks():
        batch = Batch(work, outcome, code, cohort, doubted=prepared.doubted)
        batch.look_at(chunk, prepared.known)
        for line, resident in chunk:
            every()
            batch.decide(line, resident)
        batch.take()
    unassigned = _assign(work, code, prepared.pairs, outcome)
    notes = [note_of(each, each.notes) for each in roster.lines if each.notes]
    result = Result(
        unit=code,
        rows=len(outcome.entries),
        new=0,
        corrected=0,
        unchanged=0,
        close=0,
        asked=0,
        left_out=0,
        guessed=prepared.guessed,
        same_as=prepared.same_as,
        missing=missing,
        errors=list(roster.faults),
        entries=[],
        questions=[],
        lines={},
        ignored=roster.ignored,
        notes=[*notes, *unassigned],
        accounts=roster.accounts,
    )
    take_into(result, outcome)
    counts = {kind: result[kind] for kind in COUNTED}
    unit.record_import(
        file_sha256=file_sha256, errors=len(result["errors"]), asked=result["asked"], **counts
    )
    work.save(unit)
    return result


def register_row(
    work: Work, code: str, line: Line, resident: str, approved: Sequence[str], outcome: Outcome
) -> None:
    """Register one row that was asked about for these reasons, as the roster would have been."""
    pairs = [(line, resident)]
    batch = Batch(work, outcome, code, cohort_of(work, code), approved={resident: approved})
    batch.look_at(pairs, {})
    batch.decide(line, resident)
    batch.take()
    _assign(work, code, pairs, outcome)


def take_into(result: Result, outcome: Outcome) -> None:
    """Add to a result what has become of rows, and count anew."""
    result["entries"] += outcome.entries
    result["errors"] = sorted(
        (*result["errors"], *outcome.faults), key=lambda fault: (fault["sheet"], fault["row"])
    )
    result["questions"] += outcome.questions
    result["lines"] |= outcome.lines
    for kind in KINDS:
        result[kind] = sum(entry["outcome"] == kind for entry in result["entries"])
    result["asked"] = sum(each["answer"] is None for each in result["questions"])
    result["rows"] = len(result["entries"]) + len(result["errors"]) + result["asked"]


def _assign(work: Work, code: str, pairs: Pairs, outcome: Outcome) -> list[Note]:
    named = [
        (line, resident, entry)
        for line, resident in pairs
        if line.cadre and (entry := outcome.told.get(resident))
    ]
    return assign_named(work, code, named)


def cohort_of(work: Work, code: str) -> str:
    """The cohort most of the unit's people belong to, as the plan says."""
    return next((each.cohort for each in work.campaign.units if each.code == code), GENERAL)
