"""What is asked of close matches: the queue, what was decided, and what a merge tells."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from itertools import groupby, pairwise
from typing import Any, TypedDict
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select

from services.registration.domain.link import Link
from services.registration.domain.pair import Pair
from services.registration.duplicates import order
from services.registration.duplicates.views import decisions, pairs
from services.registration.history import queries as history
from services.registration.history.queries import Happened
from services.registration.residents import persons
from services.registration.residents.joining import records
from shared.kit.eventstore import Row
from shared.kit.formats import Day, Id
from shared.town.work import Work

LATEST = 50
BOOKED, DOSED = order.BOOKED, "DoseAdministered"
_one, _two = records(), records()


class Match(TypedDict):
    """Two records as a pair; `score` is None for two named by hand.

    `reasons` are for one person, `against` for two.
    """

    resident: Id
    other: Id
    score: float | None
    reasons: list[str]
    against: list[str]
    state: str
    until: Day | None


# Of a page of people, so many pairs at most.
AT_ONCE = 200
_MATCH = tuple(pairs.c[name] for name in Match.__annotations__)


class QueuedMatch(Match):
    """Two records as a pair, with the units that count them.

    `person` is the one of the newer record, `candidate` the other record.
    """

    unit: str
    other_unit: str
    person: Id
    candidate: Id


_QUEUED = (*Match.__annotations__, *QueuedMatch.__annotations__)


class Queue(TypedDict):
    """Pairs by person, and how many there are in all; `next` is the `after` to go on with."""

    left: int
    pairs: list[QueuedMatch]
    next: str | None


class PersonsMatches(TypedDict):
    """Somebody newly recorded, with everybody they may be."""

    person: Id
    pairs: list[QueuedMatch]


class QueuedPeople(TypedDict):
    """People with their candidates, how many pairs there are in all, and the `after` to go on with."""

    left: int
    people: list[PersonsMatches]
    next: str | None


class Decided(TypedDict):
    """A decision; `stands`: neither taken back nor followed by another; see `decided`."""

    position: int
    event: str
    resident: Id
    other: Id
    at: str
    actor: str
    stands: bool
    version: int


class DoseKnown(TypedDict):
    """A dose that registration knows of."""

    resident: UUID
    site: str
    dose: int
    day: date
    product: str


# The queue


def matches(
    work: Work, state: str, reach: Collection[str] | None, limit: int, after: str = ""
) -> Queue:
    """Return pairs to decide (`open`) or put off (`later`), and how many there are.

    Those of one person follow each other; see `order` for which people come first.
    """
    left, rows = _rows(work, state, reach, limit, after)
    more = order.place_of(rows[limit - 1]) if len(rows) > limit else None
    return {"left": left, "pairs": [_queued(row) for row in rows[:limit]], "next": more}


def matches_by_person(
    work: Work, state: str, reach: Collection[str] | None, people: int, after: str = ""
) -> QueuedPeople:
    """Return the next people of the queue with all their candidates, `AT_ONCE` pairs at most."""
    left, rows = _rows(work, state, reach, AT_ONCE, after)
    groups = [list(rows) for _, rows in groupby(rows, lambda row: row["person"])]
    if len(rows) > AT_ONCE and len(groups) > 1:
        groups.pop()  # perhaps not all of the last one
    shown = groups[:people]
    told = sum(map(len, shown))
    return {
        "left": left,
        "people": [
            {"person": group[0]["person"], "pairs": [_queued(row) for row in group]}
            for group in shown
        ],
        "next": order.place_of(shown[-1][-1]) if told < len(rows) else None,
    }


def _rows(
    work: Work, state: str, reach: Collection[str] | None, most: int, after: str
) -> tuple[int, list[Row]]:
    """Count the queue, and return one row more than wanted."""
    query = _in_queue(state, work.today(), reach)
    counted = work.row(select(func.count().label("number")).select_from(query.subquery()))
    rest = order.by_person(query, _one, _two)
    if after:
        rest = order.beyond(rest, after)
    return counted["number"] if counted else 0, list(work.rows(rest.limit(most + 1)))


def _in_queue(state: str, today: date, reach: Collection[str] | None) -> Select[Any]:
    """Pairs in a state, of two people as yet and both readable."""
    at = pairs.c
    due = or_(at.state == "open", and_(at.state == "postponed", at.until <= today.isoformat()))
    later = and_(at.state == "postponed", or_(at.until.is_(None), at.until > today.isoformat()))
    query = (
        select(*_MATCH, _one.c.unit.label("unit"), _two.c.unit.label("other_unit"))
        .select_from(
            pairs.join(_one, _one.c.resident == at.resident).join(_two, _two.c.resident == at.other)
        )
        .where(
            due if state == "open" else later,
            order.person_of(_one) != order.person_of(_two),
            _one.c.erased.is_(None),
            _two.c.erased.is_(None),
        )
    )
    if reach is not None:
        query = query.where(_one.c.unit.in_(reach), _two.c.unit.in_(reach))
    return query


def pair(work: Work, resident: UUID, other: UUID) -> Match | None:
    """Return what is known of two records as a pair, if anything is."""
    both = (str(resident), str(other))
    mine = pairs.c.resident.in_(both) & pairs.c.other.in_(both)
    row = work.row(select(*_MATCH).where(mine))
    return Match(**_match(row)) if row else None


def _match(row: Row) -> Row:
    """The row with its reasons as lists."""
    return row | {name: json.loads(row[name]) for name in ("reasons", "against")}


def _queued(row: Row) -> QueuedMatch:
    return QueuedMatch(**{name: _match(row)[name] for name in _QUEUED})


# What was decided


def merged_after(work: Work, ids: Collection[str], position: int) -> set[str]:
    """Return which of some records were linked with another after a position, undone or not."""
    at = decisions.c
    query = select(at.resident, at.other).where(
        at.event == "ResidentsMerged", at.position > position
    )
    linked = {each for row in work.rows(query) for each in (row["resident"], row["other"])}
    return linked & set(ids)


def link_versions(work: Work, records: Iterable[str]) -> dict[str, int]:
    """Return the version of each record's link, that of those which have ever yielded."""
    links = {Link.create_id(UUID(each)): each for each in records}
    return {links[link]: version for link, version in work.versions(links).items()}


def decided(work: Work, reach: Collection[str] | None) -> list[Decided]:
    """Return the latest decisions, newest first; those taken back stay in the list.

    Each with the `version` of its link or pair, which what takes it back has to name.
    """
    at = decisions.c
    query = (
        select(decisions)
        .join(_one, _one.c.resident == at.resident)
        .join(_two, _two.c.resident == at.other)
        .where(at.event.not_in(("CloseMatchReopened", "MergeUndone")))
    )
    if reach is not None:
        query = query.where(_one.c.unit.in_(reach), _two.c.unit.in_(reach))
    rows = work.rows(query.order_by(at.position.desc()).limit(LATEST))
    streams = [_stream(row) for row in rows]
    versions = work.versions(streams)
    return [Decided(**row, version=versions[of]) for row, of in zip(rows, streams, strict=True)]


def _stream(decision: Row) -> UUID:
    resident, other = UUID(decision["resident"]), UUID(decision["other"])
    if decision["event"] == "ResidentsMerged":
        return Link.create_id(resident)
    return Pair.create_id(resident, other)


def decisions_on(work: Work, ids: Sequence[str]) -> list[Happened]:
    """Return everything decided of these records, as entries of a history."""
    at = decisions.c
    query = select(decisions).where(or_(at.resident.in_(ids), at.other.in_(ids)))
    return [
        Happened(
            **{name: row[name] for name in ("at", "position", "event", "actor")},
            source=work.store.source,
            facts={"resident": row["resident"], "other": row["other"]},
        )
        for row in work.rows(query.order_by(at.position))
    ]


# What a merge tells, and what somebody has to look at


def doses_among(happened: Iterable[Happened]) -> list[DoseKnown]:
    """Return the doses among what happened, in the order of their days."""
    given = [each["facts"] for each in happened if each["event"] == DOSED]
    given.sort(key=lambda fact: (fact["day"], fact["dose"], fact["resident"]))
    return [
        DoseKnown(
            resident=UUID(fact["resident"]),
            site=fact["site"],
            dose=fact["dose"],
            day=date.fromisoformat(fact["day"]),
            product=fact["product"],
        )
        for fact in given
    ]


def attention(work: Work, person: UUID) -> list[str]:
    """Return why a merged person needs a look: two first doses, more than two, too close (R04)."""
    given = doses_among(history.told_of(work, persons.records_of(work, person), DOSED))
    found: list[str] = []
    if [each["dose"] for each in given].count(1) > 1:
        found.append("two_first_doses")
    if len(given) > 2:
        found.append("more_than_two_doses")
    for first, second in pairwise(given):
        least = work.campaign.interval(first["product"])
        if (second["day"] - first["day"]).days < least:
            found.append("doses_too_close")
            break
    return found
