"""Whose course it is, and what the plan says of the product: what a course's decisions are given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

Given = dict[str, Any]
"""A dose given: {dose, day, product, batch}; of another record's at least day and product."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The plan's rules for one product, and the day on which they are asked.

    Interval in days (R04), last days of a first and of any dose (R05), youngest age (R07).
    """

    product: str
    today: date
    interval_days: int
    cutoff: date
    end: date
    youngest: int
    products: Mapping[str, object] = field(default_factory=dict[str, object])

    def called(self, product: str) -> object:
        """Return a product as the plan has it, to name it to people."""
        return self.products.get(product, product)


@dataclass(frozen=True, slots=True)
class How:
    """How a dose was given, as far as it was said: the arm, the desk, the package's trace code."""

    body_side: str | None = None
    desk: str | None = None
    trace_code: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """What a site knows of a resident whose course this is.

    `elsewhere`: doses of the person's other records, each {day, product}; they count in every
    decision (R04).
    """

    site: str
    resident: UUID
    unit: str
    cohort: str
    birth_date: date
    elsewhere: tuple[Given, ...] = ()

    @property
    def place(self) -> tuple[str, UUID, str]:
        """Site, resident and unit: what most events of a course begin with."""
        return self.site, self.resident, self.unit

    def age_on(self, day: date) -> int:
        """Age in full years on a day; somebody born on 29 February turns on 1 March."""
        had_birthday = (day.month, day.day) >= (self.birth_date.month, self.birth_date.day)
        return day.year - self.birth_date.year - (not had_birthday)
