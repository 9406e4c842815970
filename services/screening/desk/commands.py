"""Screen a resident: the rules judge the answers, and what they find is recorded."""

from __future__ import annotations

from datetime import date
from typing import TypedDict
from uuid import UUID

from services.screening.desk import queries
from services.screening.desk.today import must_be_due, must_be_had_by
from services.screening.domain.refusals import CourseComplete, Erased
from services.screening.domain.rules import TEMPERATURE, Answers, Person
from services.screening.domain.screening import Screened, Status
from services.screening.rules import loading
from shared.kit.formats import Id
from shared.town.campaign import age_on
from shared.town.mirrors.dockings import sites_of
from shared.town.terms.screening import FINDING_REASONS
from shared.town.work import Work


class Found(TypedDict):
    """How a screening ended; `dose`: the one it is about."""

    resident: Id
    dose: int
    outcome: Status
    reasons: list[str]
    day: date
    until: date | None
    valid_until: date | None


def screen(
    work: Work,
    resident: UUID,
    site: str,
    answers: Answers,
    rest: str | None = None,
    dose: int | None = None,
) -> Found:
    """Apply the rules to a resident's answers today and record the outcome (R07-R13).

    `rest`: what is left was read out and answered no, by one key. `dose`: the one it was asked for.
    Raises `NotRegistered`, `Erased`, `CourseComplete`, `AnotherDose`, `UnknownSite`,
    `SentElsewhere`, `FindingStands`, `DeferralStands`, `DeferralHasNoEnd` and what the rules raise.
    """
    campaign, today, rules = work.campaign, work.today(), loading.current()
    campaign.site(site)
    found = queries.screened(work, resident)
    if not found["identity"]:
        raise Erased
    due = queries.dose_due(work, resident)
    if due is None:
        raise CourseComplete
    must_be_due(dose, due)
    must_be_had_by(work, found, site)
    person = asked_person(work, found)
    if rest is not None:
        answers = rules.with_the_rest(answers, person)
    outcome = rules.screen(answers, person, today)
    asked = [question.code for question in rules.asked_of(person)]
    yes = tuple(code for code in asked if answers[code])
    told = float(answers[TEMPERATURE]), yes, rest is not None
    screened = Screened(site, today, rules.version, due, *told)
    record, screening = queries.screening_of(work, found)
    days = campaign.clearance_days
    screening.record(
        record, outcome, screened, clearance_days=days, called=FINDING_REASONS.__getitem__
    )
    work.save(screening)
    return {
        "resident": str(resident),
        "dose": due,
        "outcome": screening.outcome,
        "reasons": screening.reasons,
        "day": today,
        "until": screening.until if screening.outcome == "deferred" else None,
        "valid_until": screening.until if screening.outcome == "cleared" else None,
    }


def asked_person(work: Work, found: queries.Plain) -> Person:
    """Return whom the questions are asked of today."""
    ages = work.campaign.min_age, work.campaign.max_age
    age = age_on(date.fromisoformat(found["birth_date"]), work.today())
    moved = len(sites_of(work, found["unit"])) > 1 and _first_is_due(work, found)
    return Person(found["sex"], age, ages, moved)


def _first_is_due(work: Work, found: queries.Plain) -> bool:
    return queries.dose_due(work, UUID(found["resident"])) == 1
