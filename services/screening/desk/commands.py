"""Screen a resident; take a clearance back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TypedDict
from uuid import UUID

from services.screening.desk import queries
from services.screening.domain import rules
from services.screening.domain.refusals import Erased, UnansweredQuestion
from services.screening.domain.screening import Screening, Status
from shared.kit.formats import Id
from shared.town.campaign import age_on
from shared.town.work import Work


class Found(TypedDict):
    """How a screening ended."""

    resident: Id
    outcome: Status
    reasons: list[str]
    day: date
    until: date | None
    valid_until: date | None


class Withdrawn(TypedDict):
    """What stands after a clearance was taken back."""

    resident: Id
    outcome: Status


def screen(
    work: Work,
    resident: UUID,
    site: str,
    answers: Mapping[str, bool | float],
    rest: str | None = None,
) -> Found:
    """Apply the rules to a resident's answers today and record the outcome (R07-R13).

    Above the oldest age good health is said by itself: the `rest` button does not say it (R07).
    Raises `NotRegistered`, `Erased`, `UnknownSite`, `UnansweredQuestion`,
    `ImplausibleTemperature`.
    """
    campaign, today = work.campaign, work.today()
    campaign.site(site)
    person = queries.screened(work, resident)
    if not person["identity"]:
        raise Erased
    age = age_on(date.fromisoformat(person["birth_date"]), today)
    if rest == "well" and age > campaign.max_age:
        raise UnansweredQuestion(missing=["healthy"])
    ages = (campaign.min_age, campaign.max_age)
    outcome = rules.screen(answers, age=age, day=today, ages=ages)
    record = _written_to(person)
    screening = work.begin(Screening, Screening.create_id(record))
    screening.record(record, outcome, site=site, day=today, clearance_days=campaign.clearance_days)
    work.save(screening)
    return {
        "resident": str(resident),
        "outcome": screening.outcome,
        "reasons": screening.reasons,
        "day": today,
        "until": screening.until if screening.outcome == "deferred" else None,
        "valid_until": screening.until if screening.outcome == "cleared" else None,
    }


def withdraw(work: Work, resident: UUID, reason: str) -> Withdrawn:
    """Take a clearance back. Raises `NotRegistered`, `NotCleared`."""
    record = _written_to(queries.screened(work, resident))
    screening = work.begin(Screening, Screening.create_id(record))
    screening.withdraw(record, day=work.today(), reason=reason)
    work.save(screening)
    return {"resident": str(resident), "outcome": screening.outcome}


def _written_to(person: queries.Screened) -> UUID:
    """Return the record whose finding stands for the person: the next is written to it too."""
    return UUID(person["screened_as"] or person["resident"])
