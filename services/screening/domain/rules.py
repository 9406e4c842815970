"""The plan's screening rules (R07, R09-R13): answers in, outcome out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from services.screening.domain.refusals import ImplausibleTemperature, UnansweredQuestion

RULES = "plan-2024.1"

FEVER_FROM = 37.3
PLAUSIBLE = (34.0, 43.0)

# Answer that speaks against a dose -> reason; permanent (R10, R11, R13).
PERMANENT = {
    "severe_allergy": "severe_allergy",
    "convulsions_own": "convulsions_own",
    "convulsions_family": "convulsions_family",
    "epilepsy_own": "epilepsy_own",
    "epilepsy_family": "epilepsy_family",
    "encephalopathy_own": "encephalopathy_own",
    "encephalopathy_family": "encephalopathy_family",
    "mental_illness_own": "mental_illness_own",
    "mental_illness_family": "mental_illness_family",
    "severe_chronic_illness": "severe_chronic_illness",
}
# Answer that speaks against a dose now -> (reason, days until one looks again) (R09, R12).
TEMPORARY = {
    "acute_illness": ("acute_illness", 7),
    "chronic_illness_acute_phase": ("chronic_illness_acute_phase", 14),
    "pregnant": ("pregnancy", 42),
}
FEVER_DAYS = 7
QUESTIONS = ("temperature", *TEMPORARY, *PERMANENT, "healthy")


@dataclass(frozen=True, slots=True)
class Outcome:
    """`kind` is cleared, deferred or contraindicated; `until` only when deferred."""

    kind: str
    reasons: tuple[str, ...] = ()
    until: date | None = None


def screen(
    answers: Mapping[str, bool | float], *, age: int, day: date, ages: tuple[int, int]
) -> Outcome:
    """Apply the rules to one person's answers on one day.

    `age` is in full years on `day`; `ages` are the youngest and oldest age of the plan's group
    (18, 59). What is permanent outranks what is temporary; all reasons of the rank are given.
    Raises `UnansweredQuestion` and `ImplausibleTemperature`.
    """
    missing = [question for question in QUESTIONS if question not in answers]
    if missing:
        raise UnansweredQuestion(missing=missing)
    temperature = float(answers["temperature"])
    if not PLAUSIBLE[0] <= temperature <= PLAUSIBLE[1]:
        raise ImplausibleTemperature(value=temperature)
    permanent = [reason for question, reason in PERMANENT.items() if answers[question]]
    permanent += _against_age(age, ages, healthy=bool(answers["healthy"]))
    if permanent:
        return Outcome("contraindicated", tuple(permanent))
    temporary = [found for question, found in TEMPORARY.items() if answers[question]]
    if temperature >= FEVER_FROM:
        temporary.insert(0, ("fever", FEVER_DAYS))
    if temporary:
        until = day + timedelta(days=max(days for _, days in temporary))
        return Outcome("deferred", tuple(reason for reason, _ in temporary), until)
    return Outcome("cleared")


def _against_age(age: int, ages: tuple[int, int], *, healthy: bool) -> list[str]:
    """R07: under the youngest age never; above the oldest only when screened healthy."""
    if age < ages[0]:
        return ["under_age"]
    if age > ages[1] and not healthy:
        return ["over_age_not_healthy"]
    return []
