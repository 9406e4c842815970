"""Take back what was found: a clearance, a deferral, and by two a contraindication (R09-R13)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TypedDict
from uuid import UUID

from services.screening.desk import queries
from services.screening.domain.refusals import MayNotLift
from services.screening.domain.screening import Screened, Screening, Status
from services.screening.rules import loading
from shared.kit.formats import Id
from shared.town.work import Work

REACTION = "severe_reaction"
DECLINED = "declined"


class Stands(TypedDict):
    """What stands after something was taken back; `proposed_by`: who wants it lifted."""

    resident: Id
    outcome: Status
    proposed_by: str | None


def withdraw(work: Work, resident: UUID, reason: str) -> Stands:
    """Take a clearance back. Raises `NotRegistered`, `NotCleared`."""
    record, screening = queries.screening_of(work, queries.screened(work, resident))
    screening.withdraw(record, day=work.today(), rules=loading.CURRENT, reason=reason)
    return _saved(work, resident, screening)


# What was found is lifted


def lift(work: Work, resident: UUID, reason: str, *, by: str, roles: Collection[str]) -> Stands:
    """Take a finding back, or propose it where somebody else has to agree.

    `by` acts in these `roles`. Raises `NotRegistered`, `NothingToLift`, `MayNotLift`.
    """
    record, screening = queries.screening_of(work, queries.screened(work, resident))
    day, rules = work.today(), loading.CURRENT
    if _needs_another(screening.outcome, roles):
        screening.propose_lift(record, day=day, rules=rules, reason=reason, by=by)
    else:
        screening.lift(record, day=day, rules=rules, reason=reason)
    return _saved(work, resident, screening)


def agree(work: Work, resident: UUID, *, by: str, roles: Collection[str]) -> Stands:
    """Agree to what somebody else proposed: the contraindication is lifted.

    Raises `NotRegistered`, `NothingProposed`, `SamePerson`, `MayNotLift`.
    """
    record, screening = queries.screening_of(work, queries.screened(work, resident))
    _needs_another(screening.outcome, roles)
    screening.agree_to_lift(record, day=work.today(), rules=loading.CURRENT, by=by)
    return _saved(work, resident, screening)


def decline(work: Work, resident: UUID, reason: str, *, by: str) -> Stands:
    """Leave a contraindication as it is. Raises `NotRegistered`, `NothingProposed`."""
    record, screening = queries.screening_of(work, queries.screened(work, resident))
    screening.decline_to_lift(record, day=work.today(), rules=loading.CURRENT, reason=reason, by=by)
    return _saved(work, resident, screening)


def _needs_another(finding: str, roles: Collection[str]) -> bool:
    """Tell whether a finding takes two to be lifted. Raises `MayNotLift`."""
    lifting = loading.current().lifting.get(finding)
    if lifting is None:
        return False
    if not set(roles) & set(lifting.roles):
        raise MayNotLift
    return lifting.second


# What others say


def forbid_after_reaction(work: Work, resident: UUID, site: str, day: date, dose: int) -> None:
    """Find a lasting contraindication after a severe reaction to a dose (R10)."""
    record, screening = queries.screening_in(work, queries.screened_as(work, resident))
    screening.forbid(record, REACTION, Screened(site, day, loading.CURRENT, dose))
    work.save(screening)


def withdraw_if_cleared(work: Work, resident: UUID) -> None:
    """Let no clearance outlast a refusal: whoever consents again is screened again."""
    record, screening = queries.screening_in(work, queries.screened_as(work, resident))
    if screening.outcome == "cleared":
        screening.withdraw(record, day=work.today(), rules=loading.CURRENT, reason=DECLINED)
        work.save(screening)


def _saved(work: Work, resident: UUID, screening: Screening) -> Stands:
    work.save(screening)
    return {
        "resident": str(resident),
        "outcome": screening.outcome,
        "proposed_by": screening.proposed_by,
    }
