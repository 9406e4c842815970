"""Records that may be of one person: found by the engine, decided by a person, undone again.

A decision never destroys anything: a merge is a link between two records (`Link`), and every
view, here and in the services that listen, follows it both ways.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.registration.domain.link import Link
from services.registration.domain.match_refusals import (
    CannotCompare,
    HoldsOthers,
    OnePerson,
    SameRecord,
    StaysNowhere,
)
from services.registration.domain.pair import Pair
from services.registration.domain.refusals import UnknownResident
from services.registration.finding.close_matches import CloseMatch, CloseMatches
from services.registration.merging.match_queries import MatchQueries
from services.registration.merging.matches_views import pairs
from services.registration.queries import AT_ONCE
from shared.kit.eventstore import blank


class Matches(MatchQueries, CloseMatches):
    """Close matches are recorded, decided and undone."""

    def record_matches(self, matches: Sequence[CloseMatch]) -> int:
        """Put pairs that nobody has seen yet in the queue; return how many those are.

        A pair that is known, decided either way or put off is not asked again.
        """
        new: dict[str, Pair] = {}
        found: dict[str, CloseMatch] = {}
        for match in matches:
            if match.resident != match.other:
                pair = Pair.create_id(UUID(match.resident), UUID(match.other))
                found.setdefault(str(pair), match)
        known = self._known_pairs(list(found))
        people = self.people([each for m in found.values() for each in (m.resident, m.other)])
        for pair, match in found.items():
            one, two = people.get(match.resident), people.get(match.other)
            if pair in known or one is None or two is None or one == two:
                continue
            begun = blank(Pair, UUID(pair))
            begun.find(UUID(match.resident), UUID(match.other), match.score, match.reasons)
            new[pair] = begun
        self.save(*new.values())
        return len(new)

    def _known_pairs(self, ids: Sequence[str]) -> set[str]:
        known: set[str] = set()
        for start in range(0, len(ids), AT_ONCE):
            some = pairs.c.pair.in_(ids[start : start + AT_ONCE])
            known |= {row["pair"] for row in self.rows(select(pairs.c.pair).where(some))}
        return known

    def dismiss(self, resident: UUID, other: UUID) -> dict[str, Any]:
        """They are two people (twins). Raises `UnknownResident`, `OnePerson`, `SameRecord`."""
        pair = self._undecided(resident, other)
        pair.dismiss(resident, other)
        self.save(pair)
        return self._pair_answer(resident, other, "dismissed")

    def postpone(self, resident: UUID, other: UUID, until: date | None) -> dict[str, Any]:
        """Decide later. Raises `UnknownResident`, `OnePerson`, `SameRecord`."""
        pair = self._undecided(resident, other)
        pair.postpone(resident, other, until)
        self.save(pair)
        return self._pair_answer(resident, other, "postponed")

    def reopen_pair(self, resident: UUID, other: UUID) -> dict[str, Any]:
        """Take back "not the same" or "later". Raises `NothingDecided`, `OnePerson`."""
        pair = self._undecided(resident, other)
        pair.reopen(resident, other)
        self.save(pair)
        return self._pair_answer(resident, other, "open")

    def _undecided(self, resident: UUID, other: UUID) -> Pair:
        one, two = self.persons(resident, other)
        if resident != other and one == two:
            raise OnePerson
        return self.begin(Pair, Pair.create_id(resident, other))

    def merge(self, resident: UUID, other: UUID, stays: UUID | None = None) -> dict[str, Any]:
        """Decide that two records are of one person; `stays` is the one that stays.

        Without `stays` it is the one with a course, an answer, or the older one. Raises
        `UnknownResident`, `SameRecord`, `MergedElsewhere`, `StaysNowhere`, `HoldsOthers`,
        `CannotCompare`.
        """
        if resident == other:
            raise SameRecord
        chosen = stays or self.who_stays(resident, other)
        if chosen not in (resident, other):
            raise UnknownResident
        yields, into = (other, chosen) if chosen == resident else (resident, chosen)
        rows = {row["resident"]: row for row in self.registered([str(yields), str(into)])}
        if len(rows) < 2:
            raise UnknownResident
        link = self.begin(Link, Link.create_id(yields))
        if link.into != into:
            self._may_merge(rows[str(yields)], rows[str(into)])
        told = link.merge(yields, into, self.doses_known((str(yields), str(into))))
        if told:
            self.save(link)
        return {
            "resident": str(yields),
            "into": str(into),
            "status": "merged" if told else "already_merged",
            "attention": self.attention(into),
        }

    def _may_merge(self, yields: dict[str, Any], stays: dict[str, Any]) -> None:
        if stays["merged_into"]:
            raise StaysNowhere(stays["merged_into"])
        if yields["erased"] or stays["erased"]:
            raise CannotCompare
        if holds := len(self.yielded_to([yields["resident"]])):
            raise HoldsOthers(holds)

    def unmerge(self, resident: UUID) -> dict[str, Any]:
        """Undo the merge of a record that yielded. Raises `UnknownResident`, `NotMerged`."""
        self.stored_resident(resident)
        link = self.begin(Link, Link.create_id(resident))
        into = link.undo(resident)
        self.save(link)
        return {
            "resident": str(resident),
            "into": str(into),
            "status": "undone",
            "attention": [],
        }

    def _pair_answer(self, resident: UUID, other: UUID, state: str) -> dict[str, Any]:
        return {"resident": str(resident), "other": str(other), "status": state}
