"""Who lives in a rehearsal's town: a person on a roster, and the codes that describe one."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from shared.town.identity_documents import Sex

Tie = Literal["household", "home", "workplace"]
Outcome = Literal["completes", "declines", "contraindicated", "too_young", "too_old"]

COHORTS = (
    "general",
    "cadre",
    "party_member",
    "group_leader",
    "grid_worker",
    "health_worker",
    "teacher",
    "merchant",
    "builder",
)
PRIORITY_COHORTS = frozenset({"cadre", "party_member", "group_leader", "grid_worker"})
"""Who goes first (R20)."""

DECLINE_REASONS = ("safety_worry", "no_time", "health", "other")
CONTRAINDICATIONS = (
    "severe_allergy",
    "convulsions_own",
    "convulsions_family",
    "mental_illness_own",
    "mental_illness_family",
    "severe_chronic_illness",
    "pregnant",
)
"""R09-R13; ``pregnant`` is temporary, but lasts longer than the campaign."""


@dataclass(frozen=True, slots=True)
class Person:
    """Someone on a roster, with what the rehearsal will make of the campaign for them.

    ``decline_reason`` and ``contraindication`` are codes or None. ``screened_healthy`` is what
    decides for people over the age limit (R07). The no-show and fever traits hold for the first
    appointment of that dose only, and only for persons who complete.
    """

    unit: str
    name: str
    card_number: str
    birth_date: date
    sex: Sex
    phone: str
    address: str
    tie: Tie
    cohort: str
    responsible: str
    outcome: Outcome
    wished_week: str
    decline_reason: str | None
    contraindication: str | None
    screened_healthy: bool
    no_show_first: bool
    no_show_second: bool
    fever_first: bool
    fever_second: bool

    @property
    def is_child(self) -> bool:
        """Whether the person is too young: their consent is refused (R07)."""
        return self.outcome == "too_young"

    @property
    def consents(self) -> bool:
        """Whether the person agrees to be vaccinated."""
        return self.decline_reason is None

    @property
    def completes(self) -> bool:
        """Whether the person has both doses at the end."""
        return self.outcome == "completes"


@dataclass(frozen=True, slots=True)
class Town:
    """All residents, unit by unit in the campaign's order, each in the order of its roster."""

    seed: int
    people: int
    residents: tuple[Person, ...]

    def of_unit(self, code: str) -> tuple[Person, ...]:
        """The roster of one unit."""
        return tuple(person for person in self.residents if person.unit == code)
