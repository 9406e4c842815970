"""Second lists and cohorts: who belongs to several units or groups (R08, R16, R20)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, func, select, union

from services.registration.domain.resident import Resident
from services.registration.residents.queries import AT_ONCE
from services.registration.residents.status import is_counted
from services.registration.residents.views import (
    doses,
    former_lists,
    memberships,
    residents,
    tags,
)
from services.registration.units import queries as units
from shared.kit.eventstore import Prepared, Row, among, in_json
from shared.town.terms.residents import COHORTS
from shared.town.work import Work

SECTOR = "sector"
GENERAL = "general"
_LISTS = Prepared(select(memberships).where(among(memberships.c.resident, "ids")))
_TAGGED = Prepared(select(tags).where(among(tags.c.resident, "ids")))
_EVER_LISTED_AT = Prepared(
    union(
        *(
            select(table.c.resident).where(
                among(table.c.resident, "ids"), among(table.c.unit, "units")
            )
            for table in (residents, memberships, former_lists)
        )
    )
)


class CohortCount(TypedDict):
    """How far one cohort is (R20)."""

    cohort: str
    people: int
    consented: int
    first: int
    second: int
    percent: float


class Cohorts(TypedDict):
    """Coverage of every cohort; who is in two counts in each, and once in `people`."""

    cohorts: list[CohortCount]
    people: int


def may_share(kinds: Sequence[str], kind: str) -> bool:
    """Tell whether a unit of this kind may list whom units of those kinds list already (R16).

    One village, community or neighbourhood and one sector; never two of the same sort.
    """
    return (kind == SECTOR) not in [each == SECTOR for each in kinds]


@dataclass(frozen=True, slots=True)
class Sharing:
    """What a unit's roster needs to know of people whom other units registered.

    `kinds` are all units' kinds, `also` the second lists of each resident: unit -> tie.
    """

    unit: str
    kinds: Mapping[str, str]
    also: Mapping[str, Mapping[str, str]]

    def tie_of(self, resident: str) -> str | None:
        """The tie with which this unit lists a resident already; None: it does not."""
        return self.also.get(resident, {}).get(self.unit)

    def may(self, resident: str, counted_in: str) -> bool:
        """Tell whether this unit may list a resident beside the others."""
        lists = (counted_in, *self.also.get(resident, ()))
        return may_share([self.kinds[each] for each in lists], self.kinds[self.unit])


def sharing(work: Work, code: str, ids: Sequence[str]) -> Sharing:
    """Return what a unit's roster needs to know of these residents' other lists."""
    kinds = {each["unit"]: each["kind"] for each in units.all_units(work)}
    also: dict[str, dict[str, str]] = {}
    for start in range(0, len(ids), AT_ONCE):
        for row in work.rows(_LISTS, ids=in_json(ids[start : start + AT_ONCE])):
            also.setdefault(row["resident"], {})[row["unit"]] = row["tie"]
    return Sharing(code, kinds, also)


def share(work: Work, sharing: Sharing, resident: UUID, tie: str, cohort: str) -> Resident | None:
    """Let a unit list a resident whom another registered; None: it lists them already.

    Returned is the resident to save. The first time, the cohort the unit says becomes a tag of the
    resident's: a merchant on the market's list is one in the village too.
    """
    known = sharing.tie_of(str(resident))
    if known == tie:
        return None
    person = work.get(Resident, resident)
    person.list_also(sharing.unit, tie)
    if known is None and cohort != GENERAL:
        person.tag((*person.cohorts, cohort))
    return person


def ever_listed_among(work: Work, units: Sequence[str], ids: Sequence[str]) -> set[str]:
    """Return which of some residents are, or were, on the list of any of these units."""
    asked = {"ids": in_json(ids), "units": in_json(units)}
    return {row["resident"] for row in work.rows(_EVER_LISTED_AT, **asked)}


def tags_among(work: Work, ids: Sequence[str]) -> dict[str, set[str]]:
    """Return the cohorts of residents beside the main one; who has none is left out."""
    found: dict[str, set[str]] = {}
    for row in work.rows(_TAGGED, ids=in_json(ids)) if ids else ():
        found.setdefault(row["resident"], set()).add(row["cohort"])
    return found


def cohorts(work: Work, unit: str | None = None) -> list[CohortCount]:
    """Return the coverage of each cohort, of the town or among those a unit counts (R20).

    Who is in two cohorts counts in each.
    """
    found: dict[str, CohortCount] = {}
    people = func.count().label("people")
    consented = func.count().filter(residents.c.answer == "consent").label("consented")
    for row in _by_cohort(work, unit, residents, people, consented):
        empty = CohortCount(
            cohort=row["cohort"], people=0, consented=0, first=0, second=0, percent=0
        )
        counts = found.setdefault(row["cohort"], empty)
        counts["people"] += row["people"]
        counts["consented"] += row["consented"]
    given = residents.join(doses, doses.c.person == residents.c.resident)
    # Once a person and dose, should two sites have told of one.
    once = func.count(doses.c.person.distinct()).label("people")
    for row in _by_cohort(work, unit, given, once, by=(doses.c.dose,)):
        found[row["cohort"]]["first" if row["dose"] == 1 else "second"] += row["people"]
    for counts in found.values():
        counts["percent"] = round(100 * counts["second"] / counts["people"], 1)
    order = [*COHORTS, *sorted(found.keys() - COHORTS.keys())]
    return [found[code] for code in order if code in found]


def _by_cohort(
    work: Work,
    unit: str | None,
    source: FromClause,
    *counted: ColumnElement[int],
    by: Sequence[ColumnElement[int]] = (),
) -> Iterator[Row]:
    """Main cohorts and tags apart: counting both at once would gather the whole town first."""
    tagged = source.join(tags, tags.c.resident == residents.c.resident)
    for cohort, of in ((residents.c.cohort, source), (tags.c.cohort, tagged)):
        query = select(cohort, *by, *counted).select_from(of).where(is_counted())
        if unit is not None:
            query = query.where(residents.c.unit == unit)
        yield from work.rows(query.group_by(cohort, *by))
