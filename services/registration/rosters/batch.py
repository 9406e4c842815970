"""A batch of a roster's lines: decided on and saved together, as their people are now (R08, R16, R21).

A line is registered, corrects what is known, is a question to the unit, or a fault. What a line
says beside the facts is noted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.registration.domain.resident import Resident
from services.registration.duplicates.commands import record_matches
from services.registration.residents import lists
from services.registration.residents import queries as residents
from services.registration.residents.lists import Sharing
from services.registration.rosters import comparison
from services.registration.rosters.comparison import Known, changes, elsewhere, seen_in
from services.registration.rosters.outcome import Candidate, Change, Entry, Outcome
from services.registration.rosters.reading.roster_lines import Line
from services.registration.rosters.row_questions import (
    OWN_WISH,
    About,
    kept_line,
    question_of,
    reasons_to_ask,
)
from services.registration.search.blind_index import Seen
from services.registration.search.close_matches import close_matches
from services.registration.search.commands import remember
from services.registration.units import queries as units
from shared.kit.contracts import Event
from shared.town.campaign import age_on
from shared.town.contracts.asked_rosters import MARKS
from shared.town.mirrors.notes import NOTHING, Noted, noted_among
from shared.town.work import Work

SHOWN = 0.45
"""Likeness from which on a clerk is shown a close match: one telephone, one birth date and names
that sound the same have it, also where both numbers are right."""

Pairs = Sequence[tuple[Line, str]]
"""Lines with the ids of their residents."""


def known_among(work: Work, ids: Sequence[str], before: Mapping[str, Known]) -> dict[str, Known]:
    """Return those of the ids who are registered; whoever is as `before` is not opened again."""
    rows = {row["resident"]: row for row in residents.registered(work, ids)}
    fresh = [
        row for who, row in rows.items() if (known := before.get(who)) is None or known.row != row
    ]
    opened = residents.identities(work, fresh)
    return {
        who: Known(row, opened[who]) if who in opened else before[who] for who, row in rows.items()
    }


def erased_at_own_wish(work: Work, known: Mapping[str, Known]) -> dict[str, str]:
    """Return the days on which some of these people had their data erased because they wished it."""
    found: dict[str, str] = {}
    for who, person in known.items():
        if (day := person.row["erased"]) is None:
            continue
        erasures = [each for each in work.store.stream(who) if each.name == "ResidentErased"]
        if any(_is_own_wish(each) for each in erasures):
            found[who] = day
    return found


def _is_own_wish(event: Event) -> bool:
    return event.data["reason"] in OWN_WISH


class Batch:
    """Lines that are decided on and saved together, as their people are in this transaction.

    `doubted` says of residents why the file casts doubt on their rows; `approved` for which reasons
    a row was asked about and is to be taken all the same.
    """

    def __init__(
        self,
        work: Work,
        outcome: Outcome,
        unit: str,
        cohort: str,
        *,
        doubted: Mapping[str, str] | None = None,
        approved: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.work, self.outcome, self.unit, self.cohort = work, outcome, unit, cohort
        self.doubted, self.approved = doubted or {}, approved or {}
        self.today = work.today()
        self.known: dict[str, Known] = {}
        self.noted: Mapping[str, Noted] = {}
        self.remarks: Mapping[str, str] = {}
        self.wishes: Mapping[str, str] = {}
        self.sharing = Sharing(unit, {}, {})
        self.cohorts: Mapping[str, set[str]] = {}
        self.taken_back: set[str] = set()  # they are registered once more
        self.changed: list[Resident] = []  # sealed anew
        # Other units' people whom this unit lists too, and people of whom only cohorts are new:
        # nothing of theirs is sealed.
        self.shared: list[Resident] = []
        # They get further cohorts and notes when all are saved, so that registrations follow each
        # other in one run.
        self.tagged: list[tuple[Resident, tuple[str, ...]]] = []
        self.noting: list[tuple[Resident, list[str], str | None]] = []
        # Who they are now, to be remembered by.
        self.new: list[Seen] = []
        self.corrected: list[Seen] = []

    def look_at(self, chunk: Pairs, before: Mapping[str, Known]) -> None:
        """Find out who is registered, on which lists, in which cohorts, and what is noted."""
        work = self.work
        self.known = known = known_among(work, [resident for _, resident in chunk], before)
        strangers = [who for _, who in chunk if who not in known]
        self.taken_back = residents.taken_back_among(work, strangers)
        several = [who for line, who in chunk if line.cohorts and len(line.cohorts) > 1]
        theirs = [who for who, person in known.items() if person.row["unit"] != self.unit]
        if theirs:
            self.sharing = lists.sharing(work, self.unit, theirs)
        self.cohorts = lists.tags_among(work, several)
        self.wishes = erased_at_own_wish(work, known)
        saying = [who for line, who in chunk if (line.marks or line.remark) and who in known]
        self.noted = noted_among(work, saying)
        sealed = [(who, noted.remark) for who, noted in self.noted.items() if noted.remark]
        opened = work.privacy.read_all(sealed, ("remark",)) if sealed else {}
        self.remarks = {who: said["remark"] for who, said in opened.items() if said}

    def decide(self, line: Line, resident: str) -> None:
        """Decide on one line."""
        there = self.known.get(resident)
        ours = there is not None and there.row["unit"] == self.unit
        if there is not None and not ours and not self._may_list(resident, there):
            listing = units.unit(self.work, there.row["unit"])
            self.outcome.faults.append(elsewhere(line, listing))
            return
        changed = changes(line, there) if there is not None and ours else []
        noted = self.noted.get(resident, NOTHING)
        doubt = self.doubted.get(resident)
        about = About(there, noted, self.wishes.get(resident), doubt)
        why = reasons_to_ask(line, about, changed)
        if not {*why} <= {*self.approved.get(resident, ())}:
            asked = question_of(self.outcome.next_question, line, resident, about, why, changed)
            self.outcome.ask(asked, kept_line(line))
            return
        if there is None:
            person = self._register(line, resident)
        elif ours:
            person = self._correct(line, resident, there, changed)
        else:
            person = self._list_also(line, resident, there)
        self._note(line, resident, person)

    def _may_list(self, resident: str, there: Known) -> bool:
        """Tell whether this unit may list whom another one counts, or does so already (R16)."""
        sharing = self.sharing
        return bool(sharing.tie_of(resident)) or sharing.may(resident, there.row["unit"])

    def _register(self, line: Line, resident: str) -> Resident:
        again = self.work.get(Resident, UUID(resident)) if resident in self.taken_back else None
        person = comparison.register(line, resident, self.unit, self.cohort, again)
        self.changed.append(person)
        if line.cohorts and len(line.cohorts) > 1:
            self.tagged.append((person, line.cohorts))
        self.new.append(seen_in(line, resident, {}))
        self._tell(self.outcome.add(line, resident, "new"), line)
        return person

    def _correct(
        self, line: Line, resident: str, there: Known, changed: list[Change]
    ) -> Resident | None:
        """A line of somebody the unit has registered before."""
        has = {line.cohort or there.row["cohort"], *self.cohorts.get(resident, ())}
        more = sorted({*(line.cohorts or ())} - has)
        if not changed and not more:
            self._tell(self.outcome.add(line, resident, "unchanged"), line)
            return None
        person = self.work.get(Resident, UUID(resident))
        if changed:
            comparison.correct(line, person, self.unit, there, changed)
            self.corrected.append(seen_in(line, resident, there.identity or {}))
        if more:
            person.tag((*person.cohorts, *more))
        (self.changed if changed else self.shared).append(person)
        changed = [*changed, *(Change(field="cohort", before="", after=each) for each in more)]
        self._tell(self.outcome.add(line, resident, "corrected", changes=changed), line)
        return person

    def _list_also(self, line: Line, resident: str, there: Known) -> Resident | None:
        """A line of somebody whom another unit counts: a village and a sector may share (R16)."""
        sharing, counted_in = self.sharing, there.row["unit"]
        before = sharing.tie_of(resident)
        cohort = line.cohort or self.cohort
        person = lists.share(self.work, sharing, UUID(resident), line.tie, cohort)
        if person is None:
            entry = self.outcome.add(line, resident, "unchanged", counted_in=counted_in)
        else:
            self.shared.append(person)
            changed = [Change(field="tie", before=before or "", after=line.tie)]
            entry = self.outcome.add(
                line, resident, "corrected", counted_in=counted_in, changes=changed
            )
        self._tell(entry, line)
        return person

    def _tell(self, entry: Entry, line: Line) -> None:
        """Tell of a child that it is one: it is registered and not vaccinated (R07)."""
        if age_on(line.birth_date, self.today) < self.work.campaign.min_age:
            entry["child"] = True

    def _note(self, line: Line, resident: str, person: Resident | None) -> None:
        """Take note of what the line says beside the facts; an empty cell leaves what is noted."""
        before = self.noted.get(resident, NOTHING)
        marks = [mark for mark in MARKS if mark in (*before.marks, *line.marks)]
        remark_before = self.remarks.get(resident, "")
        remark = line.remark or remark_before
        new = [
            Change(field=name, before=was, after=now)
            for name, was, now in (
                ("marks", ",".join(before.marks), ",".join(marks)),
                ("remark", remark_before, remark),
            )
            if was != now
        ]
        if not new:
            return
        person = person or self.work.get(Resident, UUID(resident))
        self.noting.append((person, marks, remark or None))
        self.outcome.told_more(resident, new)

    def take(self) -> None:
        """Save what was decided; tell who of the new may be somebody known."""
        work = self.work
        work.privacy.table.prepare([str(person.id) for person in self.changed])
        # Remembered first: PostgreSQL takes the traces in while the events are sealed.
        remember(work, [*self.new, *self.corrected])
        work.save(*self.changed, *self.shared)
        for person, cohorts in self.tagged:
            person.tag(cohorts)
        for person, marks, remark in self.noting:
            person.note(marks, remark)
        later = [person for person, *_ in (*self.tagged, *self.noting)]
        work.save(*{person.id: person for person in later}.values())
        found = close_matches(work, self.new, at_least=SHOWN) if self.new else []
        record_matches(work, found)
        for match in found:
            entry = self.outcome.told[match.resident]
            entry["outcome"] = "close"
            entry.setdefault("matches", []).append(
                Candidate(resident=match.other, score=match.score, reasons=list(match.reasons))
            )
