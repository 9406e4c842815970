"""Who is on which unit's list, and in which cohorts (R08, R16, R20)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, select

from services.registration.belonging_views import in_cohorts
from services.registration.domain.belonging_refusals import UnknownCohort
from services.registration.queries import RegistrationQueries
from services.registration.standing import standing_on
from services.registration.words import COHORT_WORDS

SECTOR = "sector"


def may_share(kinds: Sequence[str], kind: str) -> bool:
    """Tell whether a unit of this kind may list whom units of those kinds list already (R16).

    One village, community or neighbourhood and one sector; never two of the same sort.
    """
    return (kind == SECTOR) not in [each == SECTOR for each in kinds]


class Belonging(RegistrationQueries):
    """People belong to units and to cohorts."""

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
        standing = standing_on(self.today())
        if unit is not None:
            standing = standing.where(standing.selected_columns.unit == unit)
        people, belongs = standing.subquery(), in_cohorts().subquery()
        at = people.c

        def counted(column: Any, name: str) -> Any:
            return func.sum(case((column, 1), else_=0)).label(name)

        query = (
            select(
                belongs.c.cohort,
                func.count().label("people"),
                counted(at.answer == "consent", "consented"),
                counted(at.first_day.is_not(None), "first"),
                counted(at.second_day.is_not(None), "second"),
            )
            .select_from(belongs.join(people, at.resident == belongs.c.resident))
            .group_by(belongs.c.cohort)
        )
        found = {row["cohort"]: row for row in self.rows(query)}
        order = [*COHORT_WORDS, *sorted(found.keys() - COHORT_WORDS.keys())]
        return [found[code] for code in order if code in found]
