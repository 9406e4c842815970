"""A service is put together from rooms: no room takes another's private name by accident."""

from __future__ import annotations

import pytest

from deploy.parts import PARTS, SERVICES, service_class


def taken_twice(whole: type) -> list[str]:
    """Private names that two of our classes in a line of inheritance both define."""
    first: dict[str, str] = {}
    found: list[str] = []
    for room in whole.__mro__:
        if not room.__module__.startswith(("services.", "shared.")):
            continue
        for name in vars(room):
            if name.startswith("_") and not name.startswith("__") and callable(vars(room)[name]):
                if name in first:
                    found.append(f"{name}: {first[name]} and {room.__name__}")
                first.setdefault(name, room.__name__)
    return found


@pytest.mark.parametrize("service", [each for each in SERVICES if not PARTS[each].rooms])
def test_no_two_rooms_share_a_private_name(service: str):
    whole = service_class(service)
    assert taken_twice(whole) == []
    assert taken_twice(whole.application) == []


def test_a_shared_private_name_is_seen():
    class Room:
        def _told(self) -> None: ...

    class House(Room):
        def _told(self) -> None: ...

    Room.__module__ = House.__module__ = "services.example"
    assert taken_twice(House) == ["_told: House and Room"]
