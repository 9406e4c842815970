"""Records that may be of one person: found by the engine, decided by a person, undone again.

A decision never destroys anything: a merge is a link between two records (`Link`), and every
view, here and in the services that listen, follows it both ways.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal, TypedDict
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
from services.registration.domain.pair import Decision, Pair
from services.registration.domain.refusals import UnknownResident
from services.registration.duplicates.queries import BOOKED, DOSED, attention, doses_among
from services.registration.duplicates.side_by_side import who_stays
from services.registration.duplicates.views import pairs
from services.registration.history import queries as history
from services.registration.residents import persons
from services.registration.residents import queries as residents
from services.registration.residents.queries import ResidentRow
from services.registration.search.close_matches import CloseMatch
from shared.kit.eventstore import among, blank
from shared.kit.formats import Id
from shared.town.work import Work


class PairAnswer(TypedDict):
    """The pair as it stands; `told`: whether this was news; `version`: names it to an undo."""

    resident: Id
    other: Id
    status: Decision
    told: bool
    version: int


class MergeAnswer(TypedDict):
    """The record that yields, the one that stays, and what somebody has to look at.

    `version` names the merge to an undo.
    """

    resident: Id
    into: Id
    status: Literal["merged", "already_merged", "undone"]
    attention: list[str]
    version: int


# Pairs


def record_matches(work: Work, matches: Sequence[CloseMatch]) -> int:
    """Put pairs that nobody has seen yet in the queue; return how many those are.

    A pair that is known, decided either way or put off is not asked again.
    """
    found: dict[str, CloseMatch] = {}
    for match in matches:
        if match.resident != match.other:
            pair = Pair.create_id(UUID(match.resident), UUID(match.other))
            found.setdefault(str(pair), match)
    if not found:
        return 0
    seen = work.rows(select(pairs.c.pair).where(among(pairs.c.pair, list(found))))
    known = {row["pair"] for row in seen}
    people = persons.people(work, (each for m in found.values() for each in (m.resident, m.other)))
    new: list[Pair] = []
    for pair, match in found.items():
        one, two = people.get(match.resident), people.get(match.other)
        if pair in known or one is None or two is None or one == two:
            continue
        begun = blank(Pair, UUID(pair))
        both = UUID(match.resident), UUID(match.other)
        begun.find(*both, match.score, match.reasons, match.against)
        new.append(begun)
    work.save(*new)
    return len(new)


def decide(
    work: Work,
    resident: UUID,
    other: UUID,
    decision: Decision,
    until: date | None = None,
    version: int | None = None,
) -> PairAnswer:
    """Decide of two records: two people (twins), or put off, or to be asked again.

    Raises `UnknownResident`, `OnePerson`, `SameRecord`, `NothingDecided`, and with the `version` that
    an undo takes back `ChangedSince`.
    """
    one, two = persons.persons(work, resident, other)
    if resident != other and one == two:
        raise OnePerson
    pair = work.begin(Pair, Pair.create_id(resident, other), version)
    told = pair.decide(resident, other, decision, until)
    work.save(pair)
    return {
        "resident": str(resident),
        "other": str(other),
        "status": decision,
        "told": told,
        "version": pair.version,
    }


# Links


def merge(work: Work, resident: UUID, other: UUID, stays: UUID | None = None) -> MergeAnswer:
    """Decide that two records are of one person; `stays` is the one that stays.

    Without `stays` it is the one with a course, an answer, or the older one. Raises
    `UnknownResident`, `SameRecord`, `MergedElsewhere`, `StaysNowhere`, `HoldsOthers`,
    `CannotCompare`.
    """
    if resident == other:
        raise SameRecord
    both = [str(resident), str(other)]
    rows = {row["resident"]: row for row in residents.registered(work, both)}
    if len(rows) < 2 or stays not in (None, resident, other):
        raise UnknownResident
    happened = history.told_of(work, both, DOSED, BOOKED)
    into = stays or UUID(who_stays(rows.values(), happened))
    yields = other if into == resident else resident
    link = work.begin(Link, Link.create_id(yields))
    if link.into != into:
        _may_merge(work, rows[str(yields)], rows[str(into)])
    told = link.merge(yields, into, doses_among(happened))
    work.save(link)
    return {
        "resident": str(yields),
        "into": str(into),
        "status": "merged" if told else "already_merged",
        "attention": attention(work, into),
        "version": link.version,
    }


def _may_merge(work: Work, yields: ResidentRow, stays: ResidentRow) -> None:
    if stays["merged_into"]:
        raise StaysNowhere(into=stays["merged_into"])
    if yields["erased"] or stays["erased"]:
        raise CannotCompare
    if holds := persons.yielded_to(work, [yields["resident"]]):
        raise HoldsOthers(number=len(holds))


def unmerge(work: Work, resident: UUID, version: int | None = None) -> MergeAnswer:
    """Undo the merge of a record that yielded. Raises `UnknownResident`, `NotMerged`.

    With the `version` that an undo takes back, raises `ChangedSince`.
    """
    residents.one_row(work, resident)
    link = work.begin(Link, Link.create_id(resident), version)
    into = link.undo(resident)
    work.save(link)
    return {
        "resident": str(resident),
        "into": str(into),
        "status": "undone",
        "attention": [],
        "version": link.version,
    }
