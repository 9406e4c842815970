"""A service is put together of rooms, each a class of its own: none hides what another one does."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest

from deploy.parts import service_class
from shared.deployment import SERVICES


def hidden(composed: type) -> list[str]:
    """Names that two rooms define, neither of which builds on the other: one of them is lost."""
    rooms = [each for each in composed.__mro__ if each.__module__.startswith(("services.", "a_"))]
    found: list[str] = []
    for first, second in combinations(rooms, 2):
        if issubclass(first, second):
            continue  # an override, meant to be one
        both = vars(first).keys() & vars(second).keys()
        names = {
            name for name in both if not name.startswith("__") and _ends_here(vars(first)[name])
        }
        found += [f"{name}: {first.__name__}, {second.__name__}" for name in sorted(names)]
    return found


def _ends_here(method: Any) -> bool:
    """Whether it is a method that does not hand on to the next room's by `super()`."""
    return callable(method) and "__class__" not in method.__code__.co_freevars


@pytest.mark.parametrize("service", SERVICES)
def test_no_room_of_a_service_hides_anothers_methods(service: str):
    composed = service_class(service)
    assert hidden(composed) == []
    assert hidden(composed.application) == []


def test_a_hidden_method_is_found():
    def told(self: object) -> None: ...

    one = type("One", (), {"_told": told, "__module__": "a_service"})
    two = type("Two", (), {"_told": told, "__module__": "a_service"})
    both = type("Both", (one, two), {"__module__": "a_service"})
    builds = type("Builds", (one,), {"_told": told, "__module__": "a_service"})
    assert hidden(both) == ["_told: One, Two"]
    assert hidden(builds) == []
