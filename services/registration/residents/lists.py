"""Second lists and cohorts: who belongs to several units or groups (R08, R16, R20)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, union

from services.registration.domain.resident import Resident
from services.registration.residents.queries import AT_ONCE
from services.registration.residents.views import (
    former_lists,
    memberships,
    residents,
    tags,
)
from services.registration.units import queries as units
from shared.kit.eventstore import Prepared, among, in_json
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
