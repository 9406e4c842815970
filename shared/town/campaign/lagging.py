"""How units stand against their targets, those furthest behind first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from shared.town.campaign.plan import Unit

DOSES_EACH = 2
Given = tuple[int, int]
"""First and second doses."""


class Standing(NamedTuple):
    """How a unit stands: `share` of the doses its target asks for; `behind`: less than the town's."""

    unit: Unit
    first: int
    second: int
    share: float
    behind: bool


def share_of(given: Given, target: int) -> float:
    """Return the share of the doses of a target, two a person, that are given."""
    return sum(given) / (DOSES_EACH * target) if target else 1.0


def standings(units: Iterable[Unit], given: Mapping[str, Given]) -> list[Standing]:
    """Return how units stand, those furthest behind first, by the doses given for each."""
    known = {unit: given.get(unit.code, (0, 0)) for unit in units}
    first, second = (sum(each[number] for each in known.values()) for number in (0, 1))
    town = share_of((first, second), sum(unit.target for unit in known))
    found = [
        Standing(unit, *doses, share := share_of(doses, unit.target), share < town)
        for unit, doses in known.items()
    ]
    return sorted(found, key=lambda each: (each.share, each.unit.code))
