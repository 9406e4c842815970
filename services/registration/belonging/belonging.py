"""Who is on which unit's list, and in which cohorts (R08, R16, R20)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, case, func, select

from services.registration.belonging.belonging_views import memberships, tags
from services.registration.domain.belonging_refusals import UnknownCohort
from services.registration.domain.resident import Resident
from services.registration.queries import AT_ONCE, RegistrationQueries
from services.registration.standing import is_counted
from services.registration.views import doses, residents, units
from services.registration.words import COHORT_WORDS
from shared.kit.eventstore import Prepared, among, in_json

SECTOR = "sector"
GENERAL = "general"
_LISTS = Prepared(select(memberships).where(among(memberships.c.resident, "ids")))
NOBODY = {"people": 0, "consented": 0, "first": 0, "second": 0}


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


class Belonging(RegistrationQueries):
    """People belong to units and to cohorts."""

    def sharing(self, code: str, ids: Sequence[str]) -> Sharing:
        """What a unit's roster needs to know of these residents' other lists."""
        kinds = {row["unit"]: row["kind"] for row in self.rows(select(units))}
        also: dict[str, dict[str, str]] = {}
        for start in range(0, len(ids), AT_ONCE):
            for row in self.rows(_LISTS, ids=in_json(ids[start : start + AT_ONCE])):
                also.setdefault(row["resident"], {})[row["unit"]] = row["tie"]
        return Sharing(code, kinds, also)

    def share(self, sharing: Sharing, resident: UUID, tie: str, cohort: str) -> Resident | None:
        """Let a unit list a resident whom another registered; None: it lists them already.

        The first time, the cohort the unit says becomes a tag of the resident's: a merchant on the
        market's list is one in the village too.
        """
        known = sharing.tie_of(str(resident))
        if known == tie:
            return None
        person = self.get(Resident, resident)
        person.list_also(sharing.unit, tie)
        if known is None and cohort != GENERAL:
            person.tag((*person.cohorts, cohort))
        return person

    def unlist(self, code: str, resident: UUID) -> dict[str, Any]:
        """Take a resident off a second unit's list; the unit that counts them keeps them.

        Raises `UnknownUnit`, `UnknownResident`, `CountsHere`.
        """
        self.stored_unit(code)
        person = self.stored_resident(resident)
        told = person.unlist(code)
        self.save(person)
        return {"resident": str(resident), "unit": code, "told": told}

    def tag(self, resident: UUID, cohorts: Sequence[str]) -> dict[str, Any]:
        """Set the cohorts of a resident; the main one is always among them (R20).

        Raises `UnknownResident`, `UnknownCohort`.
        """
        if unknown := sorted({*cohorts} - COHORT_WORDS.keys()):
            raise UnknownCohort(unknown, list(COHORT_WORDS))
        person = self.stored_resident(resident)
        told = person.tag(cohorts)
        self.save(person)
        return {"resident": str(resident), "cohorts": list(person.cohorts), "told": told}

    def cohorts(self, unit: str | None = None) -> list[dict[str, Any]]:
        """Coverage of each cohort, of the town or among those a unit counts (R20).

        Who is in two cohorts counts in each.
        """
        found: dict[str, dict[str, Any]] = {}
        for row in (row for query in _people_of(unit) for row in self.rows(query)):
            counts = found.setdefault(row["cohort"], {"cohort": row["cohort"]} | NOBODY)
            counts["people"] += row["people"]
            counts["consented"] += row["consented"]
        for row in (row for query in _doses_of(unit) for row in self.rows(query)):
            found[row["cohort"]]["first" if row["dose"] == 1 else "second"] += row["people"]
        order = [*COHORT_WORDS, *sorted(found.keys() - COHORT_WORDS.keys())]
        return [found[code] for code in order if code in found]


# Main cohorts and tags are counted apart: both at once would gather the whole town first.


def _people_of(unit: str | None) -> Iterator[Select[Any]]:
    consented = func.sum(case((residents.c.answer == "consent", 1), else_=0)).label("consented")
    tagged = residents.join(tags, tags.c.resident == residents.c.resident)
    for cohort, source in ((residents.c.cohort, residents), (tags.c.cohort, tagged)):
        query: Any = select(cohort, func.count().label("people"), consented).select_from(source)
        yield _counted_in(unit, query.group_by(cohort))


def _doses_of(unit: str | None) -> Iterator[Select[Any]]:
    # Once a person and dose, should two sites have told of one.
    people = func.count(doses.c.person.distinct()).label("people")
    given = residents.join(doses, doses.c.person == residents.c.resident)
    tagged = given.join(tags, tags.c.resident == residents.c.resident)
    for cohort, source in ((residents.c.cohort, given), (tags.c.cohort, tagged)):
        query: Any = select(cohort, doses.c.dose, people).select_from(source)
        yield _counted_in(unit, query.group_by(cohort, doses.c.dose))


def _counted_in(unit: str | None, query: Select[Any]) -> Select[Any]:
    query = query.where(is_counted())
    return query if unit is None else query.where(residents.c.unit == unit)
