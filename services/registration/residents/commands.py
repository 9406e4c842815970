"""What is done with residents: they answer, one or many at once, and change lists and cohorts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Literal, NotRequired, TypedDict
from uuid import UUID

from services.registration.domain.belonging_refusals import UnknownCohort
from services.registration.domain.refusals import (
    BadAnswers,
    NotInUnit,
    TwoAnswers,
    UnknownResident,
)
from services.registration.domain.resident import Resident
from services.registration.residents import persons, queries
from services.registration.units import queries as units
from shared.kit.formats import Id
from shared.kit.refusals import Refusal
from shared.town.terms.residents import COHORTS
from shared.town.work import Work


class AnswerLine(TypedDict):
    """One resident's answer: a consent with a week, or a decline with a reason."""

    resident: UUID
    answer: str
    wished_week: NotRequired[str]
    reason: NotRequired[str]


class Consented(TypedDict):
    """The consent as it stands."""

    resident: Id
    status: Literal["consented"]
    wished_week: str
    wished_site: str | None


class Declined(TypedDict):
    """The decline as it stands."""

    resident: Id
    status: Literal["declined"]
    reason: str


class AnswersTaken(TypedDict):
    """How many answers were new, by kind, and how many were known."""

    consented: int
    declined: int
    unchanged: int


class Unlisted(TypedDict):
    """Whom a unit does not list any more; `told`: whether this was news."""

    resident: Id
    unit: str
    told: bool


class Tagged(TypedDict):
    """The cohorts as they stand, the main one first; `told`: whether this was news."""

    resident: Id
    cohorts: list[str]
    told: bool


def give_consent(
    work: Work, resident: UUID, wished_week: str, wished_site: str | None = None
) -> Consented:
    """Record that a resident wants to be vaccinated (R21)."""
    person = queries.stored_resident(work, resident)
    person.give_consent(
        wished_week,
        weeks=units.weeks(work),
        wished_site=wished_site,
        sites=[site.code for site in work.campaign.sites],
        youngest=work.campaign.min_age,
        superseded=queries.is_superseded(work, person),
    )
    work.save(person)
    return {
        "resident": str(resident),
        "status": "consented",
        "wished_week": wished_week,
        "wished_site": wished_site,
    }


def decline(work: Work, resident: UUID, reason: str) -> Declined:
    """Record that a resident does not want to be vaccinated now."""
    person = queries.stored_resident(work, resident)
    person.decline(reason, superseded=queries.is_superseded(work, person))
    work.save(person)
    return {"resident": str(resident), "status": "declined", "reason": reason}


def record_answers(work: Work, code: str, answers: Sequence[AnswerLine]) -> AnswersTaken:
    """Record the answers of many residents of one unit, all or none of them."""
    units.stored_unit(work, code)
    taken = _Taken(work, code, [str(line["resident"]) for line in answers])
    bad: list[Mapping[str, object]] = []
    counts = AnswersTaken(consented=0, declined=0, unchanged=0)
    for number, line in enumerate(answers, start=1):
        try:
            counts[taken.answer(line)] += 1
        except Refusal as refusal:
            about = {"line": number, "resident": str(line["resident"])}
            bad.append(about | {"code": refusal.code, "problem": str(refusal)})
    if bad:
        raise BadAnswers(bad=len(bad), lines=bad)
    work.save(*taken.people.values())
    return counts


class _Taken:
    """The answers of a batch, as far as they are taken."""

    def __init__(self, work: Work, code: str, ids: Sequence[str]) -> None:
        self.work, self.code = work, code
        self.weeks = units.weeks(work)
        self.listed = {row["resident"] for row in queries.registered(work, ids)}
        self.linked: Collection[str] = persons.linked_among(work, [*self.listed])
        self.people: dict[UUID, Resident] = {}

    def answer(self, line: AnswerLine) -> Literal["consented", "declined", "unchanged"]:
        """Take one answer; tell whether it is a consent, a decline, or nothing new."""
        resident = line["resident"]
        if str(resident) not in self.listed:
            raise UnknownResident
        seen = resident in self.people
        person = self.people[resident] if seen else self.work.get(Resident, resident)
        if self.code != person.unit and self.code not in person.also:
            raise NotInUnit(unit=self.code)
        self.people[resident] = person
        superseded = (
            not seen and str(resident) in self.linked and queries.is_superseded(self.work, person)
        )
        if line["answer"] == "consent":
            week = line.get("wished_week", "")
            told = person.give_consent(
                week,
                weeks=self.weeks,
                youngest=self.work.campaign.min_age,
                superseded=superseded,
            )
        else:
            told = person.decline(line.get("reason", ""), superseded=superseded)
        if told and seen:
            raise TwoAnswers
        if not told:
            return "unchanged"
        return "consented" if line["answer"] == "consent" else "declined"


def unlist(work: Work, code: str, resident: UUID) -> Unlisted:
    """Take a resident off a second unit's list; the unit that counts them keeps them.

    Raises `UnknownUnit`, `UnknownResident`, `CountsHere`.
    """
    units.stored_unit(work, code)
    person = queries.stored_resident(work, resident)
    told = person.unlist(code)
    work.save(person)
    return {"resident": str(resident), "unit": code, "told": told}


def tag(work: Work, resident: UUID, cohorts: Sequence[str]) -> Tagged:
    """Set the cohorts of a resident; the main one is always among them (R20).

    Raises `UnknownResident`, `UnknownCohort`.
    """
    if unknown := sorted({*cohorts} - COHORTS.keys()):
        raise UnknownCohort(cohorts=unknown, known=list(COHORTS))
    person = queries.stored_resident(work, resident)
    told = person.tag(cohorts)
    work.save(person)
    return {"resident": str(resident), "cohorts": list(person.cohorts), "told": told}
