"""Landing pages: where each part lets people in, which the teams' navigation leads to."""

from __future__ import annotations

from shared.kit.deployment import Instance
from shared.kit.part import Part
from shared.town.access.allow import Allow, Place
from shared.town.access.person import Person


def may_open(allow: Allow, person: Person, instance: Instance) -> bool:
    """Tell whether a page of a part that is not about a unit or a resident lets a person in."""
    place = Place(site=instance.shard) if allow.at == "part" else None
    return bool(allow.matching(person, place))


def landing_of(part: Part, instance: Instance, person: Person) -> str | None:
    """Return the address of a part's page that a person may begin with, None if there is none."""
    return next((url for url, allow in part.landing if may_open(allow, person, instance)), None)
