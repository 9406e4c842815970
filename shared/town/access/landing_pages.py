"""Where each part lets people in: the page the teams' navigation leads a visitor to.

A service knows nothing of the others' pages, so it stands here; `tests/access/test_doors.py`
holds it against what the pages themselves declare.
"""

from __future__ import annotations

from shared.town.access.allow import Allow, Place, to
from shared.town.access.person import Person
from shared.town.access.roles import ADMINISTRATOR, CAMPAIGN, COUNTY, OF_SITES, OFFICE, OVERSIGHT
from shared.town.deployment import Part

# By service, the best page first: its address, and whom it lets in.
DOORS: dict[str, tuple[tuple[str, Allow], ...]] = {
    "registration": (("/", to(*CAMPAIGN)),),
    "screening": (("/", to(*OF_SITES, *OVERSIGHT)),),
    "appointments": (
        ("/", to(*OF_SITES, OFFICE, *OVERSIGHT, at="part")),
        ("/sessions", to(*CAMPAIGN)),
    ),
    "reporting": (("/", to(*CAMPAIGN)), ("/weeks", to(COUNTY))),
    "supervision": (("/", to(*OVERSIGHT, OFFICE, ADMINISTRATOR)),),
}


def may_open(allow: Allow, person: Person, part: Part) -> bool:
    """Tell whether a page of a part that is not about a unit or a resident lets a person in."""
    place = Place(site=part.site) if allow.at == "part" else None
    return bool(allow.matching(person, place))


def door_of(part: Part, person: Person | None) -> str | None:
    """Return the address of the page of a part that a person may begin with, None if there is none."""
    if person is None:
        return None
    doors = DOORS[part.service]
    return next((url for url, allow in doors if may_open(allow, person, part)), None)
