"""What a version of the rules would have found of everybody who was screened so far."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TypedDict

from sqlalchemy import select

from services.screening.desk.views import screenings
from services.screening.domain.refusals import QuestionNotAsked, UnansweredQuestion
from services.screening.domain.rules import TEMPERATURE, Outcome, Person, Rules
from services.screening.rules import loading
from shared.kit.eventstore.work import Row
from shared.kit.formats import Day, Id
from shared.kit.pacing import Every, unpaced
from shared.town.campaign import age_on
from shared.town.mirrors.findings import NO_END
from shared.town.mirrors.residents import residents
from shared.town.work import Work

MOVED = "vaccinated_before"
"""Asked only of those whom another site may have vaccinated."""
_FOUND = ("cleared", "deferred", "contraindicated")


class Difference(TypedDict):
    """One screening that a version of the rules judges otherwise; reasons are codes.

    `until` of a deferral, and whether a contraindication is `lasting`: null of what has none.
    """

    position: Id
    resident: Id
    day: Day
    rules: str
    was: str
    was_for: list[str]
    was_until: Day | None
    was_lasting: bool | None
    would_be: str
    would_be_for: list[str]
    would_be_until: Day | None
    would_be_lasting: bool | None


class Trial(TypedDict):
    """A version tried on all screenings: how many are judged the same, and otherwise.

    `untold`: of old screenings whose answers were not kept, or that were not asked what the version
    asks, nothing can be said.
    """

    rules: str
    same: int
    untold: int
    differences: list[Difference]


_SCREENED = (
    select(screenings, residents.c.sex, residents.c.birth_date)
    .join(residents, residents.c.resident == screenings.c.resident)
    .where(screenings.c.status.in_(_FOUND))
    .order_by(screenings.c.recorded_at, screenings.c.position)
)


def tried(work: Work, rules: Rules, every: Every = unpaced) -> Trial:
    """Judge every screening so far by a version of the rules, and list what differs."""
    counted, differences = Counter[str](), list[Difference]()
    for row in work.rows(_SCREENED):
        every()
        outcome = _judged(work, rules, row)
        if outcome is None:
            counted["untold"] += 1
        elif _is_same(row, outcome):
            counted["same"] += 1
        else:
            differences.append(_difference(row, outcome))
    same, untold = counted["same"], counted["untold"]
    return {"rules": rules.version, "same": same, "untold": untold, "differences": differences}


def _judged(work: Work, rules: Rules, row: Row) -> Outcome | None:
    """What the rules find of the answers of then; None: they do not tell."""
    if row["temperature"] is None:
        return None
    day, yes = date.fromisoformat(row["day"]), {code for code in row["yes"].split(",") if code}
    age = age_on(date.fromisoformat(row["birth_date"]), day)
    ages = work.campaign.min_age, work.campaign.max_age
    person = Person(row["sex"], age, ages, moved=MOVED in yes)
    # What was not asked of such a person speaks against nothing.
    answers: dict[str, bool | float] = {
        each.code: each.code in yes if each.asked.of(person) else each.no is not None
        for each in loading.versions()[row["rules"]].questions
    }
    try:
        return rules.screen(answers | {TEMPERATURE: row["temperature"]}, person, day)
    except (UnansweredQuestion, QuestionNotAsked):
        return None


def _is_same(row: Row, outcome: Outcome) -> bool:
    reasons = ",".join(outcome.reasons)
    same = (row["status"], row["reasons"]) == (outcome.kind, reasons)
    if outcome.kind == "contraindicated":
        return same and row["lasting"] in (None, outcome.lasting)
    return same and (outcome.kind == "cleared" or row["until"] == _until(outcome))


def _until(outcome: Outcome) -> str | None:
    if outcome.kind != "deferred":
        return None
    return str(outcome.until) if outcome.until else NO_END


def _difference(row: Row, outcome: Outcome) -> Difference:
    return {
        "position": row["position"],
        "resident": row["resident"],
        "day": row["day"],
        "rules": row["rules"],
        "was": row["status"],
        "was_for": [code for code in row["reasons"].split(",") if code],
        "was_until": row["until"] if row["status"] == "deferred" else None,
        "was_lasting": row["lasting"],
        "would_be": outcome.kind,
        "would_be_for": list(outcome.reasons),
        "would_be_until": _until(outcome),
        "would_be_lasting": outcome.lasting if outcome.kind == "contraindicated" else None,
    }
